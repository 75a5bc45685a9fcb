import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Workbench } from "../workbench.ts";
import { ask, attempts, finishedAttempts, QUESTIONS, RUN_LIMIT_MS, runOnceInline } from "./analyses.ts";

const opened = Workbench.forFile();
const LIMIT = { timeout: 60_000 };

/** A page that somebody listens on: it hears of whoever loads an image from it. */
async function listener(): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

it(
  "a notebook whose code displayed images of elsewhere asks nobody for them, until a person trusts these outputs",
  { timeout: RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    const { url, requests } = await listener();
    const before = attempts(workbench).length;
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor(LIMIT);
    await workbench.replaceEditorText(`from IPython.display import HTML, Image, Markdown, SVG, display
display(Markdown("![](${url}/markdown.png)"))
display(HTML("<img src='${url}/html.png'><script>fetch('${url}/script')</script>"))
display(SVG(data='<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}/svg.png"/></svg>'))
display(Image(url="${url}/image.png"))
print("all displayed")
`);
    await workbench.codeLens(/Run once: only computes/).waitFor(LIMIT);
    await runOnceInline(workbench);
    await finishedAttempts(workbench, before + 1);
    await workbench.tab("notebook.ipynb").waitFor(LIMIT);
    // Outputs are drawn in a frame of their own; the terminal shows the text as well.
    const [main, ...frames] = [workbench.page.mainFrame(), ...workbench.page.frames()];
    expect(frames.length).toBeGreaterThan(1);
    const drawn = async (): Promise<number> => {
      const inner = workbench.page.frames().filter((frame) => frame !== main);
      const counts = inner.map((frame) => frame.getByText("all displayed").count());
      return Math.max(0, ...(await Promise.all(counts)));
    };
    await expect.poll(drawn, LIMIT).toBeGreaterThan(0);
    // The listener works: somebody who asks is heard.
    expect(requests).toEqual([]);
    await fetch(`${url}/heard`);
    expect(requests).toEqual(["/heard"]);

    await workbench.command("Countersign: Trust These Outputs…");
    expect(await workbench.modal.text()).toMatch(/text\/html \(\d\)/);
    expect(await workbench.modal.defaultButton()).toBe("Not Now");
    await workbench.modal.press("Show Them");
    await workbench.tab("notebook-trusted.ipynb").waitFor(LIMIT);
    await expect.poll(() => requests, LIMIT).toContain("/html.png");
  },
);
