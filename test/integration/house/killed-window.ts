// A window of its own process: asks, approves, says what its code prints, and goes on until it is killed from outside.
import { openHouse, type Opened } from "./opening.ts";
import { Window } from "./house.ts";

const window = new Window(await openHouse(JSON.parse(process.argv[2] ?? "{}") as Opened));
const agent = await window.agent();
agent.onOutput(({ output }) => {
  if (output.type === "stream") process.stdout.write(output.text);
});
const request = await window.waiting(await window.ask("How far?"));
process.stdout.write(`\nREQUEST ${request.id}\n`);
await window.approve(request.id);
