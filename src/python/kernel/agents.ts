import { readFile } from "node:fs/promises";
import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { rootCertificates } from "node:tls";
import { CountersignError } from "../../errors.ts";

/** For this address; the certificates of the file are trusted as well. @throws `configuration-invalid` where it cannot be read */
export async function agentFor(url: string, caFile: string | null): Promise<Agent> {
  if (!url.startsWith("https:")) return new Agent();
  if (caFile === null) return new SecureAgent();
  try {
    return new SecureAgent({ ca: [...rootCertificates, await readFile(caFile, "utf8")] });
  } catch (error) {
    throw new CountersignError("configuration-invalid", {
      message: `The CA file ${caFile} cannot be read.`,
      kept: "Nothing ran.",
      next: "Name a PEM file that you may read in countersign.execution.gatewayCaFile, or none.",
      cause: error,
    });
  }
}
