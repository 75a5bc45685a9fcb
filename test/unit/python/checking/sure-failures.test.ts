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
  ["at the top", "import os\nhere = os.path.dirname(__file__)\n", 2],
  ["in a function", "def here():\n    return __file__\nprint(here())\n", 2],
  ["in a text with values", "print(f'{__file__}')\n", 1],
  ["before text is run", "print(__file__)\nexec('x = 1')\n", 1],
])("finds the file that code in a kernel has not: %s", async (_, code, line) => {
  const message = "Undefined name `__file__`: the code runs in a kernel, and comes from no file";
  expect(await findSureFailures(code, never)).toEqual([{ line, message }]);
});

it.each([
  "try:\n    here = __file__\nexcept NameError:\n    here = '.'\n",
  "here = __file__ if '__file__' in globals() else '.'\n",
  "__file__ = 'a.py'\nprint(__file__)\n",
  "import os\nprint(os.__file__)\n",
])("lets code look for its file: %#", async (code) => {
  expect(await findSureFailures(code, never)).toEqual([]);
});

const MAIN = "import asyncio\nasync def main():\n    return 1\n";
it.each([
  ["run", `${MAIN}asyncio.run(main())\n`, 4],
  ["a name from elsewhere", "from asyncio import run as go, sleep\nprint(go(sleep(0)))\n", 2],
  ["a loop", `${MAIN}loop = asyncio.get_event_loop()\nx = loop.run_until_complete(main())\n`, 5],
  ["a new loop", `${MAIN}asyncio.new_event_loop().run_until_complete(main())\n`, 4],
  ["a runner", `${MAIN}with asyncio.Runner() as runner:\n    runner.run(main())\n`, 5],
  ["another library", "import anyio\nanyio.run(anyio.sleep, 0)\n", 2],
  ["the main part", `${MAIN}if __name__ == "__main__":\n    asyncio.run(main())\n`, 5],
  ["a function", `${MAIN}def start():\n    return asyncio.run(main())\nprint(start())\n`, 5],
  ["an attempt", `${MAIN}try:\n    asyncio.run(main())\nexcept KeyboardInterrupt:\n    pass\n`, 5],
  ["beside magic", `%matplotlib inline\n${MAIN}asyncio.run(main())\n`, 5],
])("finds a loop that is started in a running one: %s", async (_, code, line) => {
  const [found] = await findSureFailures(code, never);
  expect(found).toMatchObject({ line, message: expect.stringContaining("use `await`") as string });
});

it.each([
  ["nothing of it", `${MAIN}print(await main())\n`],
  ["a function that nobody calls", `${MAIN}def start():\n    asyncio.run(main())\n`],
  ["a coroutine that is made", `${MAIN}async def start():\n    asyncio.run(main())\nprint(start())\n`],
  ["a generator", `${MAIN}def start():\n    yield asyncio.run(main())\nprint(start())\n`],
  ["a thread", `import threading\n${MAIN}threading.Thread(target=lambda: asyncio.run(main())).start()\n`],
  [
    "an attempt that may fail",
    `${MAIN}try:\n    asyncio.run(main())\nexcept RuntimeError:\n    await main()\n`,
  ],
  ["what is caught otherwise", `${MAIN}try:\n    asyncio.run(main())\nexcept:\n    pass\n`],
  [
    "what is suppressed",
    `import contextlib\n${MAIN}with contextlib.suppress(Exception):\n    asyncio.run(main())\n`,
  ],
  ["a branch", `${MAIN}if len('a') > 1:\n    asyncio.run(main())\n`],
  ["one of two", `${MAIN}len('a') > 1 and asyncio.run(main())\n`],
  ["behind its end", `import sys\n${MAIN}sys.exit(0)\nasyncio.run(main())\n`],
  [
    "behind an end in a function",
    `import sys\n${MAIN}def stop():\n    sys.exit(0)\nstop()\nasyncio.run(main())\n`,
  ],
  ["loops that nest", `import nest_asyncio\nnest_asyncio.apply()\n${MAIN}asyncio.run(main())\n`],
  ["another function", `${MAIN}asyncio.run = print\nasyncio.run(1)\n`],
  [
    "a name bound twice",
    "import subprocess\nfrom asyncio import run\nfrom subprocess import run\nrun('ls')\n",
  ],
  ["one of two functions", `${MAIN}def go():\n    asyncio.run(main())\ndef go():\n    pass\ngo()\n`],
  ["a function of itself", `${MAIN}def go():\n    go()\ngo()\n`],
])("finds no loop in %s", async (_, code) => {
  expect(await findSureFailures(code, never)).toEqual([]);
});

it.each([
  ["text that is run", "exec('x = 1')\nprint(x)\n"],
  ["an expression that is", "eval('(x := 1)')\nprint(x)\n"],
  ["the table of names", "globals().update(x=1)\nprint(x)\n"],
  ["the built-ins", "import builtins\nbuiltins.x = 1\nprint(x)\n"],
  ["the program's module", "import sys\nsetattr(sys.modules[__name__], 'x', 1)\nprint(x)\n"],
  ["the shell", "get_ipython().run_line_magic('run', 'a.py')\nprint(x)\n"],
  ["the shell's magic", "%run a.py\nprint(x)\n"],
  ["symbols", "import sympy\nsympy.var('x')\nprint(x)\n"],
  ["a function that is called later", "def show():\n    print(x)\nexec('x = 1')\nshow()\n"],
])("calls no name undefined that may come from %s", async (_, code) => {
  expect(await findSureFailures(code, never)).toEqual([]);
});

it("calls a name undefined that is read before text is run", async () => {
  expect(await findSureFailures("print(x)\nexec('x = 1')\n", never)).toMatchObject([{ line: 1 }]);
});

it.each([
  "print(_, __, ___, _i, _ii, _iii, _i1, _ih, _oh, _dh, In, Out)\n",
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
