import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import type { ApprovalRequest } from "../../approval/request.ts";
import { CountersignError } from "../../errors.ts";
import type { House } from "../house.ts";
import { codeOf, isUndecided } from "../request-facts.ts";
import { requestIdOfPath } from "./request-path.ts";

interface Version {
  readonly text: string;
  readonly editable: boolean;
  readonly mtime: number;
}

/**
 * The code of requests as files: editable until decided. The modification time moves only when the text changed
 * outside this window; a draft that is saved while a person types must not look like somebody else's edit.
 */
export class RequestFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly versions = new Map<RequestId, Version>();
  private readonly house: House;
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly addresses = new Map<RequestId, vscode.Uri>();
  readonly onDidChangeFile = this.changed.event;

  constructor(house: House) {
    this.house = house;
  }

  /** Requests whose code VS Code has read. */
  get known(): readonly RequestId[] {
    return [...this.versions.keys()];
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (isFolder(uri.path)) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const request = await this.find(uri);
    const { text, editable, mtime } = this.versionOf(request, uri);
    return {
      type: vscode.FileType.File,
      ctime: request.createdAt,
      mtime,
      size: Buffer.byteLength(text),
      ...(editable ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from(this.versionOf(await this.find(uri), uri).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const request = await this.find(uri);
    if (!isUndecided(request)) throw vscode.FileSystemError.NoPermissions("This request is decided.");
    await this.saveDraft(request.id, Buffer.from(content).toString("utf8"));
  }

  /** Keeps what this window typed. */
  async saveDraft(id: RequestId, text: string): Promise<void> {
    const { approvals } = await this.house.enter();
    const request = approvals.get(id);
    if (!isUndecided(request) || codeOf(request) === text) return;
    const known = this.versions.get(id);
    this.versions.set(id, { text, editable: true, mtime: known?.mtime ?? request.createdAt });
    approvals.saveDraft(id, text);
  }

  /** Tells VS Code when a request's text or its being editable changed elsewhere. */
  noteChange(request: ApprovalRequest, now: number): void {
    const known = this.versions.get(request.id);
    const uri = this.addresses.get(request.id);
    const text = codeOf(request);
    if (known === undefined || uri === undefined || text === undefined) return;
    if (known.text === text && known.editable === isEditable(request)) return;
    this.versions.set(request.id, { text, editable: isEditable(request), mtime: now });
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions("Requests are filed by the agent.");
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions("Requests are kept; reject this one instead.");
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions("Requests keep their names.");
  }

  dispose(): void {
    this.changed.dispose();
  }

  private versionOf(request: ApprovalRequest, uri: vscode.Uri): Version {
    this.addresses.set(request.id, uri);
    const known = this.versions.get(request.id);
    if (known !== undefined) return known;
    const version = {
      text: codeOf(request) ?? "",
      editable: isEditable(request),
      mtime: request.createdAt,
    };
    this.versions.set(request.id, version);
    return version;
  }

  private async find(uri: vscode.Uri): Promise<ApprovalRequest> {
    const id = requestIdOfPath(uri.path);
    if (id === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    try {
      const request = (await this.house.read()).approvals.get(id);
      if (codeOf(request) === undefined) throw vscode.FileSystemError.FileNotFound(uri);
      return request;
    } catch (error) {
      throw fileSystemError(error, uri);
    }
  }
}

function isEditable(request: ApprovalRequest): boolean {
  return isUndecided(request) && vscode.workspace.isTrusted;
}

/** The folders above a request's code: `/`, `/requests`, `/requests/<id>`. */
function isFolder(path: string): boolean {
  return /^\/(requests(\/[^/]+)?)?$/.test(path);
}

function fileSystemError(error: unknown, uri: vscode.Uri): unknown {
  if (!(error instanceof CountersignError)) return error;
  if (error.code === "request-not-found") return vscode.FileSystemError.FileNotFound(uri);
  return vscode.FileSystemError.Unavailable(`${error.message} ${error.next}`);
}
