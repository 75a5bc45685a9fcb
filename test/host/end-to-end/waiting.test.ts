import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import { ask, ledger, QUESTIONS, rowsOf, RUN_LIMIT_MS, runOnceInline, started } from "./analyses.ts";

const LIMIT = { timeout: 60_000 };

/** A proxy that takes connections and never answers: what is built through it is built for as long as it is there. */
class SilentProxy implements AsyncDisposable {
  asked = 0;
  private readonly server = createServer((socket) => {
    this.asked += 1;
    socket.on("error", () => undefined);
    this.open.push(socket);
  });
  private readonly open: { destroy(): void }[] = [];

  async listen(): Promise<string> {
    await once(this.server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await once(this.server.close(), "close");
  }
}

const proxy = new SilentProxy();
let address = "";

beforeAll(async () => {
  address = await proxy.listen();
});
afterAll(() => proxy[Symbol.asyncDispose]());

function imageIsThere(tag: string): boolean {
  return execFileSync("docker", ["images", "--quiet", tag], { encoding: "utf8" }).trim() !== "";
}

it(
  "code waits for its decision while the image is built: said once, nothing taken from who types, and cancelled by name",
  { timeout: RUN_LIMIT_MS },
  async () => {
    const names = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
    const workbench = await Workbench.forTest({
      buildArguments: Object.fromEntries(names.map((name) => [name, address])),
      settings: { "countersign.container.buildNetwork": "host" },
    });
    await workbench.openFile("README.md");
    await ask(workbench, QUESTIONS.carbonDioxide);
    const said = workbench.notification(/Waits for your decision/);
    await said.waitFor(LIMIT);
    await expect.poll(() => proxy.asked, LIMIT).toBeGreaterThan(0);

    await workbench.page.keyboard.insertText("typed meanwhile");
    expect(await workbench.editorText()).toContain("typed meanwhile");
    expect(await workbench.activeTab("README.md").count()).toBe(1);
    await workbench.command("Countersign: Focus on Containers View");
    const image = workbench.treeRows("Containers").filter({ hasText: "being built" });
    await image.waitFor(LIMIT);
    const [tag] = /[\w./-]+:[0-9a-f]+/.exec((await image.getAttribute("aria-label"))!)!;
    expect(imageIsThere(tag)).toBe(false);

    expect(await said.count()).toBe(1);
    await said.getByRole("button", { name: "Show" }).click();
    await runOnceInline(workbench);
    const progress = workbench.notification(/How fast does CO₂.*building the image/);
    await progress.getByRole("button", { name: "Cancel" }).click(LIMIT);
    await expect.poll(() => rowsOf(workbench, "outcome").length, LIMIT).toBe(1);
    expect(rowsOf(workbench, "outcome")[0]!.body).toContain("cancelled");
    expect(started(workbench)).toEqual([]);
    expect(ledger(workbench).map(({ type }) => type)).toContain("claimed");
    await progress.waitFor({ state: "detached" });
    expect(imageIsThere(tag)).toBe(false);
  },
);
