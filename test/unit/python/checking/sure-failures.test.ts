import { expect, it } from "vitest";
import { findSureFailures } from "../../../../src/python/checking/sure-failures.ts";

const never = new AbortController().signal;

it.each([
  ["print(total)\n", 1, "Undefined name `total`"],
  ["def f():\n    print(a)\n    a = 1\n", 2, "Undefined name `a`"],
  ["import math\n\nreturn math.pi\n", 3, "return"],
])("finds what must fail: %#", async (code, line, message) => {
  const [found] = await findSureFailures(code, never);
  expect(found).toMatchObject({ line, message: expect.stringContaining(message) as string });
});

it.each([
  "display(1)\nget_ipython()\nprint(__name__)\n",
  "from numpy import *\nprint(array([1]))\n",
  "%matplotlib inline\n!ls\nprint(1)\n",
  "try:\n    value = 1\nexcept Exception:\n    pass\nprint(value)\n",
  "",
])("finds nothing in what may run: %#", async (code) => {
  expect(await findSureFailures(code, never)).toEqual([]);
});

it("stops when it is cancelled", async () => {
  await expect(findSureFailures("x", AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
});
