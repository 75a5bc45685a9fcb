import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  finishedAttempts,
  ledger,
  QUESTIONS,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
  started,
} from "./analyses.ts";

it(
  "where no engine answers, running without isolation is offered, asked about, and then asks for everything",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest({
      environment: { DOCKER_HOST: "unix:///nowhere/docker.sock" },
    });
    await ask(workbench, QUESTIONS.carbonDioxide);
    const said = workbench.notification(/container engine that DOCKER_HOST names does not answer/);
    await said.first().waitFor({ timeout: 60_000 });
    expect(ledger(workbench)).toEqual([]);

    await said.getByRole("button", { name: "Run without Isolation…" }).first().click();
    expect(await workbench.modal.defaultButton()).not.toBe("Run without Isolation");
    await workbench.modal.press("Run without Isolation");

    await ask(workbench, QUESTIONS.carbonDioxide);
    const act = await runOnceInline(workbench);
    expect(act).toMatch(/without isolation/i);
    const [attempt] = await finishedAttempts(workbench, 1);
    expect(results(attempt!)).toMatchObject({ months: 741 });
    expect(started(workbench)).toHaveLength(1);
  },
);
