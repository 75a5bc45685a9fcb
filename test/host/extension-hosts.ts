import { readFileSync, readdirSync } from "node:fs";

/** Process ids of the extension hosts below a VS Code server, oldest first. Reads `/proc`, so Linux only. */
export function extensionHosts(serverPid: number): readonly number[] {
  const children = childrenByParent();
  const below = [serverPid];
  for (const pid of below) below.push(...(children.get(pid) ?? []));
  return below.filter((pid) => read(pid, "cmdline").includes("--type=extensionHost")).sort((a, b) => a - b);
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const stat = read(pid, "stat");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

/** Empty where the process has gone meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
