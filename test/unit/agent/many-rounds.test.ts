import { afterEach, beforeEach, expect, it } from "vitest";
import { openScriptedAgent, temporaryFolder, type AgentOptions, type Opened } from "./support.ts";

const ATTEMPTS = 10;
const STEPS = 30;
let folder: ReturnType<typeof temporaryFolder>;
let house: Opened;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await house.close();
  folder.remove();
});

function open(options: Omit<AgentOptions, "verdict" | "settings">): Opened {
  const settings = { "framework.generation.attempts": ATTEMPTS };
  house = openScriptedAgent(folder.path, { ...options, verdict: "allow", settings });
  return house;
}

it("as many attempts may fail as are configured, where nothing asks", async () => {
  const { agent, runs, ...opened } = open({});
  runs.raises.push(...Array.from({ length: ATTEMPTS - 1 }, (_, index) => `missing ${index}`));
  const { state, error } = await opened.settled(await agent.start("What is 0 + 2?"));
  expect([state, error]).toEqual(["finished", undefined]);
  expect(runs.ran).toHaveLength(ATTEMPTS);
});

it("and no more than that", async () => {
  const { agent, runs, ...opened } = open({});
  runs.raises.push(...Array.from({ length: ATTEMPTS + 1 }, (_, index) => `missing ${index}`));
  const { error, answer } = await opened.settled(await agent.start("What is 0 + 2?"));
  expect(error).toBeUndefined();
  expect(answer).toContain(`${ATTEMPTS} attempts failed`);
  expect(runs.ran).toHaveLength(ATTEMPTS);
});

it("code that cannot run at all is generated as often", async () => {
  const python = (_: unknown, times: number) => ({
    code: times < ATTEMPTS - 1 ? "def (" : "results = 2",
    ...{ purpose: "add", expectedResults: "sum", mode: "read_only" },
  });
  const { agent, runs, ...opened } = open({ answers: { python } });
  const { state } = await opened.settled(await agent.start("What is 0 + 2?"));
  expect([state, runs.ran]).toEqual(["finished", ["results = 2"]]);
});

it("a plan may have many steps", async () => {
  const steps = Array.from({ length: STEPS }, (_, index) => ({ purpose: `add number ${index}` }));
  const { agent, runs, ...opened } = open({
    answers: { plan: () => ({ objective: "know the sum", steps }) },
  });
  const { state, error } = await opened.settled(await agent.start("What is 0 + 2?"));
  expect([state, error]).toEqual(["finished", undefined]);
  expect(runs.ran).toHaveLength(STEPS);
});
