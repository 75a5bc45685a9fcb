import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../chromium.ts";
import { projectDir } from "../server.ts";

const AGAIN_LIMIT_MS = 10_000;

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  readonly milliseconds: number;
}

/** `npm start` as its script runs it, until it prints its address. */
async function start(): Promise<Started> {
  const begin = performance.now();
  const child = spawn(process.execPath, [join(projectDir, "test/machine/bootstrap.mjs"), "start"], {
    env: { ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    const address = /http:\/\/\S+/.exec(String(chunk))?.[0];
    if (address !== undefined) return { child, address, milliseconds: performance.now() - begin };
  }
  throw new Error("npm start ended without an address.");
}

async function stop({ child }: Started): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGINT");
  await exited;
}

it("npm start opens the workbench with the extension, asks for its token, stops whole, and starts again within ten seconds", async () => {
  const first = await start();
  const bare = new URL(first.address);
  bare.searchParams.delete("tkn");
  expect((await fetch(bare)).status).toBe(403);

  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(first.address);
  await page.locator('.activitybar .action-label[aria-label^="Countersign"]').waitFor({ timeout: 60_000 });

  await stop(first);
  await expect(fetch(first.address)).rejects.toThrow();

  const second = await start();
  expect(second.milliseconds).toBeLessThan(AGAIN_LIMIT_MS);
  await stop(second);
});
