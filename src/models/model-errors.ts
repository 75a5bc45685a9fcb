import { CountersignError } from "../errors.ts";

const KEPT = "The question and everything up to here.";
const CONNECT = 'Run "Countersign: Connect a Model…"';

export function unreachable(model: string, why: string, cause?: unknown): CountersignError {
  return new CountersignError("model-unreachable", {
    message: `${model} cannot be reached: ${why}.`,
    kept: KEPT,
    next: `Check that the server runs and that its address is right, then retry. ${CONNECT} to change the address.`,
    cause,
  });
}

export function unknownModel(model: string, said: string): CountersignError {
  return new CountersignError("model-unreachable", {
    message: `The server does not know ${model}${saying(said)}.`,
    kept: KEPT,
    next: `${CONNECT} and choose one of the models that the server lists.`,
  });
}

export function refusedKey(model: string, status: number, said: string): CountersignError {
  return new CountersignError("model-refused-key", {
    message: `${model} refused the key (${status})${saying(said)}.`,
    kept: KEPT,
    next: `${CONNECT} and enter a key that is valid for this server.`,
  });
}

/** @param seconds what the server asked to wait; undefined where it did not say */
export function rateLimited(model: string, seconds: number | undefined, said: string): CountersignError {
  const wait = seconds === undefined ? "Wait a while" : `Wait ${seconds} s`;
  return new CountersignError("model-rate-limited", {
    message: `${model} takes no more requests now (429)${saying(said)}.`,
    kept: KEPT,
    next: `${wait}, then retry; or connect another model.`,
  });
}

export function tooLong(model: string, said: string): CountersignError {
  return new CountersignError("model-too-long", {
    message: `The question with its data is longer than ${model} can read${saying(said)}.`,
    kept: KEPT,
    next: "Name fewer data folders in countersign.yml, or connect a model with a larger context.",
  });
}

export function emptyAnswer(model: string): CountersignError {
  return new CountersignError("model-answer-empty", {
    message: `${model} answered with nothing.`,
    kept: KEPT,
    next: "Retry, ask in other words, or connect another model.",
  });
}

export function invalidAnswer(model: string, why: string): CountersignError {
  return new CountersignError("model-answer-invalid", {
    message: `${model} did not answer in the form that was asked for: ${why}.`,
    kept: KEPT,
    next: "Retry, or connect a model that follows JSON schemas.",
  });
}

/** What a server said, cut and on one line: it is shown to people as text. */
function saying(said: string): string {
  const line = said.replace(/[\s\p{Cc}]+/gu, " ").trim();
  if (line === "") return "";
  return `: ${line.length > 300 ? `${line.slice(0, 299)}…` : line.replace(/\.$/, "")}`;
}
