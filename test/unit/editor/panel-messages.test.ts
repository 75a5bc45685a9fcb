import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFromPanel, parsePanelMemory } from "../../../src/editor/approval-panel/messages.ts";

const TOKEN = "0123456789abcdef";
const HASH = "a".repeat(64);

describe("what the panel says", () => {
  it.each([
    { type: "ready" },
    { type: "approve", hash: HASH, grant: "" },
    { type: "approve", hash: HASH, grant: "workspace-8h" },
    { type: "revise", comment: "monthly means" },
    { type: "reject", reason: "" },
    { type: "reveal", line: 3, column: 1 },
  ])("is heard with its token: $type", (message) => {
    expect(parseFromPanel({ ...message, token: TOKEN }, TOKEN)).toEqual(message);
  });

  it.each([
    { type: "approve", hash: HASH, grant: "", token: "another panel's" },
    { type: "approve", hash: HASH, grant: "" },
    { type: "approve", hash: "short", grant: "", token: TOKEN },
    { type: "approve", grant: "", token: TOKEN },
    { type: "approve", hash: HASH, token: TOKEN },
    { type: "approve", hash: HASH, grant: "everything", token: TOKEN },
    { type: "approve", hash: HASH, grant: "toString", token: TOKEN },
    { type: "approve", hash: HASH, grant: { scope: "workspace", lasts: 1e12 }, token: TOKEN },
    { type: "revise", comment: "x".repeat(10_001), token: TOKEN },
    { type: "reveal", line: 0, column: 1, token: TOKEN },
    { type: "reveal", line: 1.5, column: 1, token: TOKEN },
    { type: "run", token: TOKEN },
    null,
    "approve",
  ])("is not heard otherwise: %j", (message) => {
    expect(parseFromPanel(message, TOKEN)).toBeUndefined();
  });

  it("never approves by anything but an approve message with token and hash", () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(parseFromPanel(message, TOKEN)?.type).not.toBe("approve");
      }),
    );
  });

  it("remembers nothing but the request", () => {
    expect(parsePanelMemory({ requestId: "r", hash: HASH })).toEqual({ requestId: "r" });
    expect(parsePanelMemory({ requestId: 3 })).toBeUndefined();
    expect(parsePanelMemory(undefined)).toBeUndefined();
  });
});
