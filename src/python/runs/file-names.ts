const LONGEST_PART_BYTES = 200;
const LONGEST_NAME_BYTES = 900;
const DEEPEST = 16;
/** Names that some system reads otherwise than they are written: streams, devices, what Windows strips. */
const AMBIGUOUS = /[\\:*?"<>|\p{Cc}\p{Cf}]|[. ]$/u;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Why a name that came out of a sandbox is not used on this machine; undefined for a relative path with forward slashes
 * that means the same on every system.
 */
export function nameProblem(name: string): string | undefined {
  if (name.startsWith("/")) return "its name is absolute";
  if (Buffer.byteLength(name) > LONGEST_NAME_BYTES) return "its name is too long";
  const parts = name.split("/");
  if (parts.length > DEEPEST) return "it lies too deep";
  return parts.map(partProblem).find((problem) => problem !== undefined);
}

function partProblem(part: string): string | undefined {
  if (part === "" || part === "." || part === "..") return "its name does not stay in its folder";
  if (Buffer.byteLength(part) > LONGEST_PART_BYTES) return "its name is too long";
  if (AMBIGUOUS.test(part) || WINDOWS_DEVICE.test(part)) return "its name is not safe on every system";
  return undefined;
}
