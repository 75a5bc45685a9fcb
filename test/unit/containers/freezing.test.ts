import { expect, it } from "vitest";
import { untilFrozen } from "../../../src/containers/freezing.ts";

function engineThatSays(...answers: readonly string[]) {
  let asked = 0;
  const freeze = (): Promise<void> => {
    const answer = answers[asked] ?? "";
    asked += 1;
    return answer === "" ? Promise.resolve() : Promise.reject(new Error(answer));
  };
  return { freeze, asked: () => asked };
}

const GAVE_UP = "OCI runtime pause failed: runc did not terminate successfully: unable to freeze";

it("asks again where the runtime gave up", async () => {
  const engine = engineThatSays(GAVE_UP, GAVE_UP);
  await untilFrozen(engine.freeze);
  expect(engine.asked()).toBe(3);
});

it("gives up where the runtime always does", async () => {
  const engine = engineThatSays(...Array.from({ length: 9 }, () => GAVE_UP));
  await expect(untilFrozen(engine.freeze)).rejects.toThrow("unable to freeze");
  expect(engine.asked()).toBe(4);
});

it("tells any other reason at once", async () => {
  const engine = engineThatSays("no such container", "");
  await expect(untilFrozen(engine.freeze)).rejects.toThrow("no such container");
  expect(engine.asked()).toBe(1);
});
