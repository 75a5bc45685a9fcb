import { expect, it } from "vitest";
import type { Action, Json } from "../../../src/approval/actions.ts";
import type { RequestContext } from "../../../src/approval/request.ts";
import { bench, context, never, type Bench } from "./support.ts";

const NOTE = { kind: "note", version: 1, subject: "Write the note" };

function ask(made: Bench, text: string, key: string, about: Partial<RequestContext> = {}, digest = "d1") {
  const action: Action<Json> = { ...NOTE, payload: { text, digest } };
  return made.inbox.request(action, key, { ...context, ...about });
}

async function compared(made: Bench, { id }: { readonly id: Awaited<ReturnType<typeof ask>>["id"] }) {
  return made.inbox.compare(await made.inbox.show(id, never));
}

it("what is asked for the first time is compared with nothing", async () => {
  const made = bench();
  expect(await compared(made, await ask(made, "one", "1"))).toEqual([]);
});

it("a request is compared with what a person last approved of the same step, in a later analysis of the same question too", async () => {
  const made = bench();
  Object.assign(made.kind, {
    differences: (earlier: { digest: string }, now: { digest: string }) =>
      earlier.digest === now.digest ? [] : ["the image was rebuilt"],
  });
  const effect = (summary: string) => ({ kind: "writes-files" as const, ordinary: true, summary });
  const assess = made.kind.assess.bind(made.kind);
  made.kind.assess = async (note) => ({
    ...(await assess(note)),
    effects: note.text.split(" ").map((word) => effect(`writes ${word}`)),
  });
  const older = await ask(made, "alpha", "1");
  await made.approve(older.id);
  const approved = await ask(made, "alpha beta", "2");
  await made.approve(approved.id);
  const rejected = await ask(made, "omega", "3");
  await made.inbox.decline(rejected.id, { verdict: "reject" });
  const again = await ask(made, "beta gamma", "4", { analysisId: "another" }, "d2");
  const [found, ...others] = await compared(made, again);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    earlier: { id: approved.id },
    since: "approved",
    before: "alpha beta",
    now: "beta gamma",
    gained: [{ summary: "writes gamma" }],
    lost: [{ summary: "writes alpha" }],
    world: ["the image was rebuilt"],
  });
});

it("what was approved for another question is no measure, but the attempt that it replaces is", async () => {
  const made = bench();
  await made.approve((await ask(made, "alpha", "1")).id);
  const other = { analysisId: "another", question: "Another question?" };
  const first = await ask(made, "beta", "2", other);
  expect(await compared(made, first)).toEqual([]);
  await made.inbox.decline(first.id, { verdict: "revise", comment: "shorter" });
  const second = await ask(made, "b", "3", { ...other, previous: first.id });
  expect(await compared(made, second)).toMatchObject([{ earlier: { id: first.id }, since: "attempt" }]);
});

it("a person's draft is what is compared, with what was asked for first", async () => {
  const made = bench();
  const effect = (summary: string) => ({ kind: "writes-files" as const, ordinary: true, summary });
  const assess = made.kind.assess.bind(made.kind);
  made.kind.assess = async (note) => ({
    ...(await assess(note)),
    effects: note.text.includes("edited") ? [effect("writes more")] : [],
  });
  await made.approve((await ask(made, "alpha", "1")).id);
  const again = await ask(made, "alpha", "2");
  expect(await compared(made, again)).toMatchObject([
    { since: "approved", before: "alpha", now: "alpha", world: [] },
  ]);
  made.inbox.saveDraft(again.id, "alpha, edited");
  const gained = [{ summary: "writes more" }];
  expect(await compared(made, again)).toMatchObject([
    { since: "edited", earlier: { id: again.id }, before: "alpha", now: "alpha, edited", gained },
    { since: "approved", before: "alpha", now: "alpha, edited", gained },
  ]);
  made.inbox.saveDraft(again.id, "alpha");
  expect(await compared(made, again)).toMatchObject([{ since: "approved" }]);
});
