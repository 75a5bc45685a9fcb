/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";
const SHAPES: readonly RegExp[] = [
  /\b(?:sk|pk|ghp|gho|github_pat|xox[abp])[-_][\w-]{8,}/g,
  /(?<=\b(?:Bearer|Basic|token)\s)[\w.~+/=-]{8,}/gi,
  /(?<=\b(?:api[-_]?key|token|secret|password|passwd|authorization)["']?\s*[:=]\s*["']?)[^\s"',;&]{4,}/gi,
  /(?<=:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g,
];

/** Takes secrets out of what is logged: those that it was told of, and what looks like one. */
export class Redactor {
  private readonly known = new Set<string>();

  learn(secret: string): void {
    if (secret.length >= 4) this.known.add(secret);
  }

  redact(text: string): string {
    const told = [...this.known].reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
    return SHAPES.reduce((rest, shape) => rest.replace(shape, REDACTED), told);
  }
}
