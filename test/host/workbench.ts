import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, vi } from "vitest";
import { asUserSettings, buildSettings } from "../machine/build-settings.ts";
import { launchChromium } from "./chromium.ts";
import { extensionHosts } from "./extension-hosts.ts";
import { installedExtension, packagedExtension } from "./packaged.ts";
import { VsCodeServer, installExtension, projectDir } from "./server.ts";
import { Modal, QuickInput } from "./widgets.ts";

export interface WorkbenchOptions {
  /** Folder to copy and open; the sample workspace where none is given. */
  readonly workspace?: string;
  /** Settings of the user, on top of what tests and this machine's builds need. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Arguments of image builds, on top of what this machine's builds need. */
  readonly buildArguments?: Readonly<Record<string, string>>;
  /**
   * The sandboxes' image is one of this window's own, which a test may build, use and remove. It differs in its last steps, so
   * that the engine has done the others already.
   */
  readonly ownImage?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** False opens the folder in Restricted Mode. */
  readonly trusted?: boolean;
  readonly viewport?: Size;
  /** Folders of unpackaged extensions to have beside ours. */
  readonly companions?: readonly string[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Theme = "light" | "dark" | "high-contrast" | "high-contrast-light";

/** By the label in VS Code's own list of themes. */
const THEMES: Readonly<Record<Theme, { readonly label: string; readonly cssClass: string }>> = {
  light: { label: "Light Modern", cssClass: "vs" },
  dark: { label: "Dark Modern", cssClass: "vs-dark" },
  "high-contrast": { label: "Dark High Contrast", cssClass: "hc-black" },
  "high-contrast-light": { label: "Light High Contrast", cssClass: "hc-light" },
};

/** So that what is typed arrives as it was typed, nothing covers the editor, and what no test uses takes no time. */
const calm = {
  "workbench.startupEditor": "none",
  "workbench.reduceMotion": "on",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": THEMES.dark.label,
  "window.autoDetectColorScheme": false,
  "window.autoDetectHighContrast": false,
  "telemetry.telemetryLevel": "off",
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
  "editor.quickSuggestions": false,
  "editor.autoIndent": "none",
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "terminal.integrated.gpuAcceleration": "off",
};

function provideExtensions(folder: string, companions: readonly string[]): void {
  if (companions.length === 0) {
    cpSync(installedExtension(), folder, { recursive: true });
    return;
  }
  // VS Code takes up folders that are there before it makes its list of extensions, and none later.
  for (const [index, companion] of companions.entries()) {
    cpSync(companion, join(folder, `companion-${index}`), { recursive: true });
  }
  installExtension(packagedExtension(), folder);
}

function makeImageOwn(extensionsDir: string): void {
  const [start] = globSync("*/media/services/jupyter/start.sh", { cwd: extensionsDir });
  appendFileSync(join(extensionsDir, start!), `# ${randomUUID()}\n`);
}

const viewport: Size = { width: 1400, height: 900 };
const READY_LIMIT_MS = 60_000;

/** VS Code as a person has it, with the packaged extension installed, driven in Chromium. Every helper waits for the thing itself. */
export class Workbench implements AsyncDisposable {
  readonly page: Page;
  readonly server: VsCodeServer;
  /** Absolute path of the opened copy of the workspace. */
  readonly workspace: string;
  /** `XDG_STATE_HOME` of the extension hosts. */
  readonly stateHome: string;
  /** What VS Code's server keeps: settings, state, logs. */
  readonly dataDir: string;
  private readonly scratch: string;
  private readonly browser: Browser;

  private constructor(parts: {
    readonly scratch: string;
    readonly server: VsCodeServer;
    readonly browser: Browser;
    readonly page: Page;
  }) {
    this.scratch = parts.scratch;
    this.server = parts.server;
    this.browser = parts.browser;
    this.page = parts.page;
    this.workspace = join(parts.scratch, "workspace");
    this.stateHome = join(parts.scratch, "state");
    this.dataDir = join(parts.scratch, "data");
  }

  /** For one test: closes with it, and leaves a trace and a picture in `.cache/failures` where it failed. */
  static async forTest(options: WorkbenchOptions = {}): Promise<Workbench> {
    const workbench = await Workbench.open(options);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === "fail") await workbench.keepEvidence(task.name);
      await workbench[Symbol.asyncDispose]();
    });
    return workbench;
  }

  /** One window for the tests of a file, which clear away what they opened. Evidence is kept as for one test. */
  static forFile(options: WorkbenchOptions = {}): () => Workbench {
    let workbench: Workbench | undefined;
    const opened = () => {
      if (workbench === undefined) throw new Error("The window opens before the file's first test.");
      return workbench;
    };
    beforeAll(async () => {
      workbench = await Workbench.open(options);
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === "fail") await opened().keepEvidence(task.name);
      await opened().clear();
    });
    afterAll(() => workbench?.[Symbol.asyncDispose]());
    return opened;
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const scratch = mkdtempSync(join(tmpdir(), "countersign-workbench-"));
    cpSync(options.workspace ?? join(projectDir, "media/sample-workspace"), join(scratch, "workspace"), {
      recursive: true,
    });
    const extensionsDir = join(scratch, "extensions");
    provideExtensions(extensionsDir, options.companions ?? []);
    if (options.ownImage === true) makeImageOwn(extensionsDir);
    const builds = await buildSettings();
    const buildArguments = { ...builds.buildArguments, ...options.buildArguments };
    const settings = { ...calm, ...asUserSettings({ ...builds, buildArguments }), ...options.settings };
    const server = await VsCodeServer.start({
      dataDir: join(scratch, "data"),
      extensionsDir,
      settings,
      environment: { XDG_STATE_HOME: join(scratch, "state"), ...options.environment },
      trusted: options.trusted ?? true,
    });
    const browser = await launchChromium();
    const context = await browser.newContext({ viewport: options.viewport ?? viewport });
    await prepareContext(context);
    const workbench = new Workbench({ scratch, server, browser, page: await context.newPage() });
    await workbench.page.goto(server.address(workbench.workspace));
    await workbench.ready();
    return workbench;
  }

  /** Another window on the same folder: an extension host of its own. It closes with this one. */
  async secondWindow(): Promise<Workbench> {
    const { scratch, server, browser } = this;
    const page = await this.page.context().newPage();
    const second = new Workbench({ scratch, server, browser, page });
    await page.goto(server.address(this.workspace));
    await second.ready();
    return second;
  }

  get quickInput(): QuickInput {
    return new QuickInput(this.page);
  }

  get modal(): Modal {
    return new Modal(this.page);
  }

  /** Runs a command by its title, as a person finds it: `Countersign: New Analysis…`. Waits until VS Code offers it. */
  async command(title: string): Promise<void> {
    const typed = `>${title}`;
    await vi.waitFor(() => this.offer(typed, title), { timeout: READY_LIMIT_MS });
    await this.quickInput.choose(title);
    await this.quickInput.leaves(typed);
  }

  /** The palette lists what there was when it opened: where the command is not among it, it is closed for another try. */
  private async offer(typed: string, title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.quickInput.fill(typed);
    try {
      await this.quickInput.row(title).first().waitFor({ timeout: 2000 });
    } catch (error) {
      await this.page.keyboard.press("Escape");
      throw error;
    }
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press("ControlOrMeta+P");
    await this.quickInput.fill(name);
    await this.quickInput.choose(name);
    await this.activeTab(name).waitFor();
  }

  /** Closes editors, notifications and whatever asks for an answer. */
  async clear(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.command("View: Close All Editors");
    await this.command("Notifications: Clear All Notifications");
  }

  tab(name: string): Locator {
    return this.page.locator(".tabs-container .tab", { hasText: name });
  }

  activeTab(name: string): Locator {
    return this.page.locator(".editor-group-container.active .tab.active", { hasText: name });
  }

  /** CodeLens by its text; waits until one is shown when clicked. */
  codeLens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** What stands above the code, whether it can be pressed or not. */
  lensText(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration", { hasText: text }).first();
  }

  /** What the active editor shows of its text, without empty lines at its end; long files are shown in part. */
  async editorText(): Promise<string> {
    const lines = this.activeEditor().locator(".view-lines");
    return (await lines.innerText()).replaceAll("\u00a0", " ").trimEnd();
  }

  /** Replaces the whole text of the active editor, as typed. */
  async replaceEditorText(text: string): Promise<void> {
    await this.activeEditor().locator(".view-lines").click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.insertText(text);
  }

  private activeEditor(): Locator {
    return this.page.locator(".editor-group-container.active .monaco-editor").first();
  }

  /** The inside of the webview that was opened last, of those on the screen. */
  webview(): FrameLocator {
    const frames = this.page.locator("iframe.webview.ready").and(this.page.locator(":visible"));
    return frames.last().contentFrame().frameLocator("#active-frame");
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast, .notifications-center .notification-list-item", {
      hasText: text,
    });
  }

  /** Rows of a view in the side bar or panel, by the view's title. */
  treeRows(view: string): Locator {
    const header = this.page.locator(".pane-header", { hasText: view });
    return this.page.locator(".pane", { has: header }).locator(".monaco-list-row");
  }

  /** Expands a row until this row below it shows: the view may be told something new between two keys. */
  async expandTo(row: Locator, below: Locator): Promise<void> {
    await expect
      .poll(
        async () => {
          if ((await below.count()) > 0) return true;
          await row.click();
          await this.page.keyboard.press("ArrowRight");
          return false;
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toBe(true);
  }

  /** What the terminal in the panel shows. */
  get terminal(): Locator {
    return this.page.locator(".terminal-wrapper.active .xterm-rows");
  }

  /** Opens the link in the last line that holds this text, as a person does with the mouse. */
  async openTerminalLink(text: string): Promise<void> {
    const line = this.terminal.getByText(text).last();
    // The terminal takes the mouse with an element above its text, and finds a link once the mouse moves over it.
    await this.page.keyboard.down("Control");
    await line.hover({ force: true });
    await line.hover({ force: true, position: { x: 40, y: 4 } });
    await this.page.locator(".terminal-wrapper.active .xterm-cursor-pointer").first().waitFor();
    await this.page.mouse.down();
    await this.page.mouse.up();
    await this.page.keyboard.up("Control");
  }

  /** The number on our icon in the activity bar. */
  get badge(): Locator {
    return this.page.locator(
      '.activitybar .action-item:has([aria-label^="Countersign"]) .badge-content:visible',
    );
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  /** The item of the status bar that says this to who points at it, and to a screen reader. */
  statusBarSays(text: RegExp): Locator {
    return this.page.locator(".statusbar-item").getByLabel(text);
  }

  /** What the window's *Developer: Reload Window* does: serialised editors come back. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent("load", { timeout: READY_LIMIT_MS });
    await this.command("Developer: Reload Window");
    await loaded;
    await this.ready();
  }

  /** As a person chooses it: VS Code does not see every change that another program makes to its settings' file. */
  async useTheme(theme: Theme): Promise<void> {
    const { label, cssClass } = THEMES[theme];
    await this.command("Preferences: Color Theme");
    await this.quickInput.fill(label);
    await this.quickInput.choose(label);
    await this.page.locator(`.monaco-workbench.${cssClass}`).waitFor();
  }

  /** A picture of the window as it is, in that size. */
  async screenshot(file: string, size: Size): Promise<void> {
    await this.page.setViewportSize(size);
    await this.page.screenshot({ path: file, animations: "disabled" });
  }

  /** Process ids of the extension hosts, oldest first. */
  extensionHosts(): readonly number[] {
    return extensionHosts(this.server.pid);
  }

  async keepEvidence(test: string): Promise<void> {
    const folder = join(projectDir, ".cache/failures", test.replaceAll(/\W+/g, "-"));
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, "page.png") });
    writeFileSync(join(folder, "page.html"), await this.page.content());
    const { tracing } = this.page.context();
    await tracing.stopChunk({ path: join(folder, "trace.zip") });
    await tracing.startChunk();
    const logs = join(this.scratch, "data/data/logs");
    if (existsSync(logs)) cpSync(logs, join(folder, "logs"), { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.server[Symbol.asyncDispose]();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench").waitFor({ timeout: READY_LIMIT_MS });
    // Our entry in the activity bar: VS Code has taken what the extension contributes, commands too.
    const ours = this.page.locator('.activitybar .action-label[aria-label^="Countersign"]');
    await ours.waitFor({ timeout: READY_LIMIT_MS });
  }
}

/**
 * A constant key lets the window keep secrets over a reload. The trace has no snapshots, which take a fifth of a window's time;
 * it is kept, with the page as it stands, only where a test failed.
 */
async function prepareContext(context: BrowserContext): Promise<void> {
  await context.route(/mint-key/, (route) => route.fulfill({ body: Buffer.alloc(32, 7) }));
  await context.tracing.start();
}
