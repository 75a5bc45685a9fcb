import { describe, expect, it } from "vitest";
import { requestIdOfPath, requestPath } from "../../../src/editor/inline/request-path.ts";
import { pythonAction, request } from "./example-requests.ts";

describe("the address of a request's code", () => {
  it("finds the request again", () => {
    const path = requestPath(request());
    expect(path).toBe("/requests/4fd1/co2-trend-yearly-cycle.py");
    expect(requestIdOfPath(path)).toBe("4fd1");
  });

  it("holds no path that a model could have written into the subject", () => {
    const action = { ...pythonAction(), subject: "../../etc/passwd" };
    expect(requestPath(request({ action }))).toBe("/requests/4fd1/etc-passwd.py");
  });

  it("has a name where the subject has no letters", () => {
    const action = { ...pythonAction(), subject: "→" };
    expect(requestPath(request({ action }))).toBe("/requests/4fd1/analysis.py");
  });

  it.each(["/", "/requests/4fd1", "/requests/4fd1/a/b.py", "/other/4fd1/a.py"])("is not %s", (path) => {
    expect(requestIdOfPath(path)).toBeUndefined();
  });
});
