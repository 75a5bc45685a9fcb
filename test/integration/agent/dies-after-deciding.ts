// A process of its own: asks, decides, and then never resumes, until it is killed from outside.
import { openScriptedAgent } from "../../unit/agent/support.ts";

const stateDir = process.argv[2]!;
const house = openScriptedAgent(stateDir, { hears: "nothing" });
const id = await house.agent.start("What is 0 + 2?");
const { waitingFor } = await house.settled(id);
await house.approve(waitingFor!);
process.stdout.write(`decided ${id} ${waitingFor}\n`);
setInterval(() => undefined, 1_000);
