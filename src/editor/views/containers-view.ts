import * as vscode from "vscode";
import type { ImageStatus, ServiceStatus } from "../../containers/containers.ts";
import type { ContainerInfo } from "../../containers/engine.ts";
import type { PinnedPackage } from "../../containers/packages.ts";
import { isCountersignError } from "../../errors.ts";
import { CONTEXT, VIEWS } from "../command-ids.ts";
import type { House } from "../house.ts";
import { bytesInWords, counted } from "../plain-text.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { RowTree, themed, treeItem, type Row } from "./tree.ts";

export interface ContainerRow extends Row {
  readonly container?: ContainerInfo;
}

/** Services, their images and their sandboxes, refreshed by the engine's events while the view is open. */
export class ContainersView extends RowTree<ContainerRow> {
  private readonly house: House;
  private readonly view: vscode.TreeView<ContainerRow>;
  private listening: { dispose(): void | Promise<void> } | undefined;
  private services: readonly ShownService[] | undefined;
  private readonly looking = new OneAtATime(() => this.look());

  constructor(house: House) {
    super();
    this.house = house;
    this.view = vscode.window.createTreeView(VIEWS.containers, { treeDataProvider: this });
    this.view.onDidChangeVisibility(({ visible }) => {
      if (visible) this.refresh();
      else this.stopListening();
    });
  }

  override dispose(): void {
    this.stopListening();
    this.view.dispose();
    super.dispose();
  }

  /**
   * VS Code forgets its rows as soon as it is told of a change, and a button that is pressed before it has new ones would
   * act on nothing. So the engine is asked first, and only what differs is told.
   */
  override refresh(): void {
    if (this.view.visible) void this.lookAgain();
    else this.forget();
  }

  protected override async rows(): Promise<readonly ContainerRow[]> {
    if (this.services === undefined) await this.looking.run();
    return (this.services ?? []).map(serviceRow);
  }

  private async lookAgain(): Promise<void> {
    try {
      await this.looking.run();
    } catch {
      // Asked again by VS Code, which shows why it fails.
      this.forget();
    }
  }

  private forget(): void {
    this.services = undefined;
    super.refresh();
  }

  /** What is seen for the first time is what VS Code is waiting for. */
  private async look(): Promise<void> {
    const before = this.services;
    const services = await this.ask();
    this.services = services;
    if (before !== undefined && JSON.stringify(services) !== JSON.stringify(before)) super.refresh();
  }

  private async ask(): Promise<readonly ShownService[]> {
    if (this.house.state.kind !== "open") return [];
    try {
      const containers = await this.house.state.countersign.containers();
      if (this.view.visible) this.listening ??= containers.onDidChange(() => this.refresh());
      const services = await containers.services();
      setEngine("found");
      const added = containers.addedPackages();
      return services.map((service) => ({ ...service, added: service.name === SANDBOXES ? added : [] }));
    } catch (error) {
      if (!isCountersignError(error)) throw error;
      setEngine("missing");
      return [];
    }
  }

  private stopListening(): void {
    void this.listening?.dispose();
    this.listening = undefined;
  }
}

function setEngine(state: "found" | "missing"): void {
  void vscode.commands.executeCommand("setContext", CONTEXT.engine, state);
}

/** The service whose image people may add packages to. */
const SANDBOXES = "framework.jupyter";

interface ShownService extends ServiceStatus {
  /** Packages of its image that a person approved. */
  readonly added: readonly PinnedPackage[];
}

function serviceRow({ name, image, containers, added }: ShownService): ContainerRow {
  const item = treeItem(name, {
    description: name === SANDBOXES ? sandboxes(containers.length) : running(containers.length),
    icon: themed("server-environment"),
    collapsible: vscode.TreeItemCollapsibleState.Expanded,
    context: "service",
  });
  return { id: name, item, children: [imageRow(name, image, added), ...containers.map(containerRow)] };
}

function sandboxes(count: number): string {
  return count === 0 ? "no sandbox" : counted(count, "sandbox").replace("xs", "xes");
}

function running(count: number): string {
  return count === 0 ? "not running" : counted(count, "container");
}

function imageRow(service: string, image: ImageStatus, added: readonly PinnedPackage[]): ContainerRow {
  const states = {
    missing: { description: "not built yet", icon: themed("circle-outline") },
    building: { description: "being built", icon: themed("sync~spin") },
    built: { description: "built", icon: themed("package") },
  };
  const { description, icon } = states[image.state];
  const size = image.state === "built" ? [bytesInWords(image.image.bytes)] : [];
  const more = added.length === 0 ? [] : [`${counted(added.length, "package")} added`];
  const said = [description, ...size, ...more].join(", ");
  const item = treeItem("Image", {
    description: said,
    spoken: `Image ${image.tag}, ${said}`,
    tooltip: [image.tag, `Recipe ${image.recipe.slice(0, 16)}`, lastLine(image)].join("\n").trim(),
    icon,
    context: [`image:${image.state}`, service === SANDBOXES ? "sandboxes" : ""].join(" "),
    ...(added.length === 0 ? {} : { collapsible: vscode.TreeItemCollapsibleState.Collapsed }),
  });
  const id = `${service}/image`;
  return { id, item, children: added.map((one) => packageRow(id, one)) };
}

function packageRow(image: string, { name, version, sha256 }: PinnedPackage): ContainerRow {
  const item = treeItem(name, {
    description: version,
    spoken: `Added package ${name}, version ${version}`,
    tooltip: `${name} ${version}\nSHA-256 ${sha256}`,
    icon: themed("symbol-module"),
    context: "package",
  });
  return { id: `${image}/${name}`, item };
}

function lastLine(image: ImageStatus): string {
  return image.state === "building" ? image.lastLine : "";
}

function containerRow(container: ContainerInfo): ContainerRow {
  const running = container.state === "running";
  const item = treeItem(shortName(container.name), {
    description: container.state,
    spoken: `${container.name}, ${container.state}`,
    tooltip: [container.name, container.id.slice(0, 12), container.image].join("\n"),
    icon: running ? themed("vm-running", "testing.iconPassed") : themed("vm-outline"),
    context: `container:${container.state}`,
  });
  return { id: container.id, item, container };
}

/** `sandbox 1f2e3d4c` of `countersign-sandbox-1f2e3d4c-…`: so that the state beside it can be read. */
function shortName(name: string): string {
  return name.replace(/^countersign-/, "").replace(/-?\b([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, " $1");
}
