import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** Milliseconds of a turn of the clock. */
export const TURN = 10;

/** Another process that has the write lock until it is told. */
export async function locked(path: string): Promise<() => Promise<void>> {
  const program = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
    database.exec("BEGIN IMMEDIATE");
    console.log("held");
    process.stdin.on("data", () => { database.exec("ROLLBACK"); process.exit(0); });`;
  const holder = spawn(process.execPath, ["-e", program, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, "data");
  return async () => {
    const gone = once(holder, "exit");
    holder.stdin.write("go\n");
    await gone;
  };
}

/** The longest time in which this process did nothing else, over some turns of its clock, in milliseconds. */
export function longestPause(turns: number): Promise<number> {
  return new Promise((resolve) => {
    let [left, last, longest] = [turns, performance.now(), 0];
    const ticking = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      left -= 1;
      if (left > 0) return;
      clearInterval(ticking);
      resolve(longest);
    }, TURN);
  });
}
