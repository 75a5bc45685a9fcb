import { runTerminal } from "./terminal/terminal.ts";

process.exitCode = await runTerminal({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  environment: process.env,
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
});
