/** The line that runs Countersign's terminal command with VS Code's own Node, for the platform's usual shell. */
export function terminalCommand(node: string, cli: string, platform: NodeJS.Platform): string {
  if (platform === "win32") {
    return `$env:ELECTRON_RUN_AS_NODE=1; & ${powershell(node)} ${powershell(cli)} analyze FILE`;
  }
  return `ELECTRON_RUN_AS_NODE=1 ${posix(node)} ${posix(cli)} analyze FILE`;
}

function posix(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function powershell(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
