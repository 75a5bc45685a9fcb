import * as vscode from "vscode";

class FigureLink extends vscode.TerminalLink {
  readonly file: vscode.Uri;

  constructor(startIndex: number, length: number, file: vscode.Uri) {
    super(startIndex, length, "Show the figure");
    this.file = file;
  }
}

/** The newest figures can be opened from the terminal; of older ones the notebooks are at hand. */
const MOST_FIGURES = 500;

/** Makes the figures that a run has saved so far links in our terminals. Raster images only, shown by VS Code's own viewer. */
export class FigureLinks implements vscode.TerminalLinkProvider<FigureLink>, vscode.Disposable {
  private readonly files = new Map<string, vscode.Uri>();
  private readonly registration = vscode.window.registerTerminalLinkProvider(this);

  /** @returns the text that becomes a link wherever it is printed: the path in the workspace */
  add(path: string): string {
    const file = vscode.Uri.file(path);
    const name = vscode.workspace.asRelativePath(file, false);
    this.files.set(name, file);
    const [oldest] = this.files.keys();
    if (this.files.size > MOST_FIGURES && oldest !== undefined) this.files.delete(oldest);
    return name;
  }

  provideTerminalLinks({ line }: vscode.TerminalLinkContext): FigureLink[] {
    return [...this.files].flatMap(([name, file]) => {
      const startIndex = line.indexOf(name);
      return startIndex < 0 ? [] : [new FigureLink(startIndex, name.length, file)];
    });
  }

  /** Beside what is open, so that figures that follow take its place and not the code's. */
  async handleTerminalLink({ file }: FigureLink): Promise<void> {
    const viewColumn = vscode.ViewColumn.Beside;
    await vscode.commands.executeCommand("vscode.open", file, { viewColumn, preview: true });
  }

  dispose(): void {
    this.registration.dispose();
  }
}
