import { Ajv, type JSONSchemaType } from "ajv";
import { CountersignError } from "../errors.ts";
import type { PythonRun } from "./python-run.ts";

const SHA256 = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
const TEXT = { type: "string", minLength: 1 } as const;
const POSITIVE = { type: "number", exclusiveMinimum: 0 } as const;
const STRINGS = { type: "array", items: { type: "string" } } as const;

function object(properties: Readonly<Record<string, unknown>>): unknown {
  return { type: "object", required: Object.keys(properties), properties, additionalProperties: false };
}

const INPUT = object({
  // Relative, and nothing in it leads up: it becomes a path in the sandbox and one in the workspace.
  path: { type: "string", pattern: "^(?!/)(?!.*(^|/)\\.\\.(/|$)).+$" },
  bytes: { type: "integer", minimum: 0 },
  digest: SHA256,
  boundBy: { enum: ["content", "size-and-time"] },
});

const CONTAINER = object({
  method: { const: "container" },
  image: TEXT,
  recipe: SHA256,
  imageId: { type: ["string", "null"] },
});

const SCHEMA = object({
  code: { type: "string" },
  mode: TEXT,
  place: { anyOf: [CONTAINER, object({ method: { const: "local" }, environment: SHA256 })] },
  dataFolders: STRINGS,
  inputs: { type: "array", items: INPUT },
  networks: STRINGS,
  limits: object({
    seconds: POSITIVE,
    memoryMb: POSITIVE,
    cpus: POSITIVE,
    processes: POSITIVE,
    workingFolderMb: POSITIVE,
  }),
}) as JSONSchemaType<PythonRun>;

/** Checks a stored payload. One closed shape: what it does not know it refuses. */
export class PythonRunSchema {
  private readonly validate = new Ajv().compile<PythonRun>(SCHEMA);

  /** @throws `approval-state` naming the first thing that is wrong */
  parse(payload: unknown): PythonRun {
    if (this.validate(payload)) return payload;
    const [problem] = this.validate.errors ?? [];
    throw new CountersignError("approval-state", {
      message: `This stored run cannot be read: ${problem?.instancePath ?? ""} ${problem?.message ?? "is wrong"}.`,
      kept: "The request, as it is stored.",
      next: "Run the analysis again, so that it is asked for anew.",
    });
  }
}
