/** One whole question in a process of its own: `node question-in-a-process.ts`. With an argument, a chain of LangChain's own instead. */
import { RunnableLambda } from "@langchain/core/runnables";
import { DemonstrationModel } from "../../../src/models/demonstration.ts";
import { openScriptedAgent, temporaryFolder, type Answers } from "./support.ts";

const demonstration = new DemonstrationModel();

function demonstrated(name: string): Answers[string] {
  return (asked) => demonstration.askFor({ name, description: "", schema: {} }, asked);
}

async function ask(stateDir: string): Promise<string> {
  const names = ["task", "plan", "python", "answer", "memory"];
  const answers = Object.fromEntries(names.map((name) => [name, demonstrated(name)]));
  const opened = openScriptedAgent(stateDir, { answers });
  const id = await opened.agent.start(DemonstrationModel.questions()[0]!);
  const waiting = await opened.settled(id);
  await opened.approve(waiting.waitingFor!);
  while (opened.agent.get(id).state !== "finished") await opened.settled(id);
  const { answer } = opened.agent.get(id);
  await opened.close();
  return answer ?? "";
}

if (process.argv[2] === "chain") await RunnableLambda.from((text: string) => text).invoke("heard");
else {
  const folder = temporaryFolder();
  process.stdout.write(await ask(folder.path));
  folder.remove();
}
