import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { openScriptedAgent, temporaryFolder } from "../../unit/agent/support.ts";

const child = fileURLToPath(new URL("dies-after-deciding.ts", import.meta.url));
const rounds = 3;

describe("a process killed after the decision was committed and before anybody resumed", () => {
  const folder = temporaryFolder();
  afterEach(() => folder.remove());

  it("is followed by another that completes the run, started exactly once", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { analysis, request } = await decideAndDie();
      const house = openScriptedAgent(folder.path);
      try {
        expect(house.inbox.get(request).state).toBe("approved");
        house.agent.resume();
        await vi.waitFor(() => expect(house.agent.get(analysis).state).toBe("finished"), 10_000);
        const types = house.inbox.ledger.rows(request).map(({ type }) => type);
        expect(types.filter((type) => type === "started")).toHaveLength(1);
        expect(house.runs.ran).toHaveLength(1);
        expect(house.inbox.ledger.verify()).toMatchObject({ ok: true });
      } finally {
        await house.close();
      }
    }
  });

  async function decideAndDie(): Promise<{ analysis: AnalysisId; request: RequestId }> {
    const process_ = spawn(process.execPath, [child, folder.path], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(process_.stdout)) {
      const [word, analysis, request] = line.split(" ");
      if (word !== "decided") continue;
      process_.kill("SIGKILL");
      await once(process_, "exit");
      return { analysis: analysis as AnalysisId, request: request as RequestId };
    }
    throw new Error("the process ended before it decided");
  }
});
