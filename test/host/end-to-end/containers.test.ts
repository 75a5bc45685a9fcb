import { execFileSync, spawnSync } from "node:child_process";
import type { Locator } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import { ask, QUESTIONS, RUN_LIMIT_MS } from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
const IMAGES = "countersign/framework-jupyter";

const opened = Workbench.forFile({ ownImage: true });
let tag = "";

function docker(...given: readonly string[]): string {
  return execFileSync("docker", given, { encoding: "utf8" }).trim();
}

/** Both streams. */
function logOf(name: string): string {
  return spawnSync("docker", ["logs", name], { encoding: "utf8" }).output.join("");
}

/** A sandbox is listed as running before its gateway has started a kernel. */
async function kernelIn(name: string): Promise<string> {
  const started = /(?<=Kernel started: )[\w-]+/;
  await expect.poll(() => logOf(name), LIMIT).toMatch(started);
  return started.exec(logOf(name))![0];
}

/** Names of this file's sandboxes, whatever their state. */
function sandboxes(): readonly string[] {
  const found = docker("ps", "--all", "--filter", `ancestor=${tag}`, "--format", "{{.Names}}");
  return found === "" ? [] : found.split("\n");
}

/** What a terminal shows, whatever its width: its lines wrap. */
async function shown(terminal: Locator): Promise<string> {
  return (await terminal.innerText()).replaceAll(/\s/g, "");
}

afterAll(() => {
  if (tag === "") return;
  const left = sandboxes();
  if (left.length > 0) docker("rm", "--force", ...left);
  docker("rmi", "--force", tag);
});

it(
  "an image that is missing is built from the view, with what the build says",
  { timeout: RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    await workbench.command("Countersign: Focus on Containers View");
    const image = workbench.treeRows("Containers").and(workbench.page.locator(`[aria-label*="${IMAGES}"]`));
    await image.filter({ hasText: "not built yet" }).waitFor(LIMIT);
    tag = /[\w./-]+:[0-9a-f]+/.exec((await image.getAttribute("aria-label"))!)![0];

    await image.hover();
    await image.getByRole("button", { name: "Build Image" }).click();
    await workbench.notification(/Building the image/).waitFor(LIMIT);
    await expect.poll(() => workbench.terminal.innerText(), LIMIT).toMatch(/Step \d+\/\d+/);
    await image.filter({ hasText: "being built" }).waitFor(LIMIT);
    await image.filter({ hasText: /built, \d+ MB/ }).waitFor({ timeout: RUN_LIMIT_MS });
    expect(docker("images", "--quiet", tag)).not.toBe("");
  },
);

it("a sandbox is listed, shows its log, and is stopped once that was confirmed", async () => {
  const workbench = opened();
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.codeLens(/Run once/).waitFor(LIMIT);
  await expect.poll(() => sandboxes().length, LIMIT).toBe(1);
  const [name] = sandboxes();
  await workbench.command("Countersign: Focus on Containers View");
  const row = workbench.treeRows("Containers").and(workbench.page.locator(`[aria-label*="${name!}"]`));
  await row.filter({ hasText: "running" }).waitFor(LIMIT);

  await row.hover();
  await row.getByRole("button", { name: "Show Container Logs" }).click();
  const kernel = await kernelIn(name!);
  await expect.poll(() => shown(workbench.terminal), LIMIT).toContain(kernel);

  await row.hover();
  await row.getByRole("button", { name: "Stop Sandbox" }).click();
  const asked = workbench.notification(/A run in it ends at once/);
  await asked.waitFor(LIMIT);
  expect(docker("inspect", "--format", "{{.State.Running}}", name!)).toBe("true");
  await asked.getByRole("button", { name: "Stop" }).click();
  const isRunning = () =>
    sandboxes().includes(name!) && docker("inspect", "--format", "{{.State.Running}}", name!) === "true";
  await expect.poll(isRunning, LIMIT).toBe(false);
  await expect.poll(() => row.filter({ hasText: "running" }).count(), LIMIT).toBe(0);
});
