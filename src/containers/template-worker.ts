import { text } from "node:stream/consumers";
import type { TemplateJob } from "./sealed-template.ts";
import { renderSealed } from "./sealed-template.ts";

// An entry point of its own: one process renders one template and ends.
const job = JSON.parse(await text(process.stdin)) as TemplateJob;
process.stdout.write(JSON.stringify(renderSealed(job)));
