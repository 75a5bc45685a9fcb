import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import {
  FINAL_ANSWER,
  PLAN_ANSWER,
  PYTHON_ANSWER,
  TASK_ANSWER,
  type FinalAnswer,
  type PythonAnswer,
  type TaskAnswer,
} from "../../../src/models/answers.ts";
import { DemonstrationModel } from "../../../src/models/demonstration.ts";
import type { AnswerSchema, Message } from "../../../src/models/language-model.ts";

const model = new DemonstrationModel();
const { signal } = new AbortController();
const asked = (question: string, ...more: Message[]): Message[] => [
  { role: "system", content: "guide" },
  { role: "user", content: `Some data\n\nQuestion: ${question}\n\nTask: something` },
  ...more,
];
const answers = <T>(answer: AnswerSchema, messages: Message[]) =>
  model.askFor<T>(answer, { messages, signal });
const [co2 = "", weather = "", magnet = ""] = DemonstrationModel.questions();

describe("the demonstration", () => {
  it("says that it is scripted in its name", () => {
    expect(model.name).toBe("Demonstration (scripted)");
  });

  it("knows exactly the questions that the sample workspace offers", async () => {
    const text = await readFile(
      new URL("../../../media/sample-workspace/questions.json", import.meta.url),
      "utf8",
    );
    const offered = (JSON.parse(text) as { question: string }[]).map(({ question }) => question);
    expect(DemonstrationModel.questions()).toEqual(offered);
  });

  it("answers each of them in the form that was asked for", async () => {
    const ajv = new Ajv2020({ strict: false });
    for (const question of DemonstrationModel.questions()) {
      for (const answer of [TASK_ANSWER, PLAN_ANSWER, PYTHON_ANSWER, FINAL_ANSWER]) {
        const value = await answers(answer, asked(question));
        expect([question, answer.name, ajv.validate(answer.schema, value)]).toEqual([
          question,
          answer.name,
          true,
        ]);
      }
    }
  });

  it("recognises a question as people type it", async () => {
    const typed = "  how fast does CO2 at Mauna Loa rise, and what is  its yearly cycle";
    expect(await answers<TaskAnswer>(TASK_ANSWER, asked(typed))).toEqual({ task: co2, kind: "analysis" });
  });

  it("takes the question from its heading, whatever data or memory mention", async () => {
    const messages = asked(weather);
    messages[1] = { role: "user", content: `Memory: somebody asked "${co2}"\n\nQuestion: ${weather}` };
    expect(await answers<TaskAnswer>(TASK_ANSWER, messages)).toMatchObject({ task: weather });
  });

  it("says of any other question that a model is needed, and how to connect one", async () => {
    const task = await answers<TaskAnswer>(TASK_ANSWER, asked("Why is the sky blue?"));
    expect(task.kind).toBe("clarify");
    expect(task.clarification).toContain("needs a language model");
    expect(task.clarification).toContain("Countersign: Connect a Model…");
    await expect(answers(PYTHON_ANSWER, asked("Why is the sky blue?"))).rejects.toMatchObject({
      code: "model-missing",
    });
    expect(await model.ask({ messages: asked("Why?"), signal })).toContain("Connect a Model…");
  });

  it("repairs the weather program once it has seen the error", async () => {
    const first = await answers<PythonAnswer>(PYTHON_ANSWER, asked(weather));
    expect(first.code).toContain('weather["rain"]');
    const error: Message = { role: "user", content: "failed:\nKeyError: 'rain'\nCorrect it." };
    const second = await answers<PythonAnswer>(
      PYTHON_ANSWER,
      asked(weather, { role: "assistant", content: first.code }, error),
    );
    expect(second.code).toContain('weather["precipitation"]');
    expect(second.code).not.toContain('"rain"]');
  });

  it("does not pretend to have another program than its own", async () => {
    const { code } = await answers<PythonAnswer>(PYTHON_ANSWER, asked(co2));
    const revised = asked(
      co2,
      { role: "assistant", content: code },
      { role: "user", content: "In Kelvin, please" },
    );
    await expect(answers(PYTHON_ANSWER, revised)).rejects.toMatchObject({ code: "model-missing" });
  });

  it("asks for write access for the magnet, with channel and value in the code", async () => {
    const answer = await answers<PythonAnswer>(PYTHON_ANSWER, asked(magnet));
    expect(answer.mode).toBe("write_access");
    expect(answer.code).toContain("SR:MAG:QF1:CURRENT");
    expect(answer.code).toContain("2.5");
  });

  it("says only numbers that the run left", async () => {
    const results = '{"trend_ppm_per_year": 1.23456, "month_of_maximum": "May", "peak_to_trough_ppm": 6.4}';
    const told = await answers<FinalAnswer>(
      FINAL_ANSWER,
      asked(co2, { role: "user", content: `Question: ${co2}\n${results}` }),
    );
    expect(told.text).toContain("1.23 ppm a year");
    expect(told.text).toContain("6.4 ppm apart");
    expect(told.memory?.title).toContain("Mauna Loa");
    const nothing = await answers<FinalAnswer>(FINAL_ANSWER, asked(co2));
    expect(nothing).toEqual({ text: "The program did not finish, so there is no answer." });
    const refused = await answers<FinalAnswer>(FINAL_ANSWER, asked(magnet));
    expect(refused.text).toContain("was not changed");
  });

  it("stops when it is told to", async () => {
    const stopped = model.askFor(TASK_ANSWER, { messages: asked(co2), signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "cancelled" });
  });
});
