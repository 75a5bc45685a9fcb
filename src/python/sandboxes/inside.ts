import { text } from "node:stream/consumers";
import type { Engine, Mount } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";

/** Says how things are in the container, as code there would find them; what it tries is harmless where it is allowed. */
const LOOK = `
import errno, json, os, socket
def filtered(pid):
    with open(f"/proc/{pid}/status") as status:
        return "Seccomp:\\t2\\n" in status.read()
def netlink():
    try:
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
    except OSError as error:
        return error.errno
shared = os.statvfs("/dev/shm")
print(json.dumps({
    "filtered": filtered(1) and filtered("self"),
    "otherSockets": netlink() != errno.EOPNOTSUPP,
    "sharedBytes": shared.f_blocks * shared.f_frsize,
    "mounts": open("/proc/self/mountinfo").read(),
}))
`;

/** What a container turned out to be from inside. */
export interface Inside {
  /** Its system calls are filtered. */
  readonly filtered: boolean;
  /** Sockets of families besides Unix and IP can be made. */
  readonly otherSockets: boolean;
  readonly sharedBytes: number;
  /** `/proc/self/mountinfo`, see proc(5). */
  readonly mounts: string;
}

/** @throws as `Engine` does, and `sandbox-differs` where no answer can be read */
export async function lookInside(engine: Engine, id: string): Promise<Inside> {
  const looking = await engine.exec(id, ["python3", "-I", "-S", "-c", LOOK]);
  looking.end();
  const answer = await text(looking);
  try {
    return JSON.parse(answer) as Inside;
  } catch {
    throw differs(["it does not tell how it is inside"]);
  }
}

/** @throws `sandbox-differs` naming what is not as it was asked for */
export function requireInside(found: Inside, mounts: readonly Mount[], sharedBytes: number): void {
  const differences = [
    ...(found.filtered && !found.otherSockets ? [] : ["its system calls are not limited as ours are"]),
    ...(found.sharedBytes <= sharedBytes ? [] : ["its shared memory is larger"]),
    ...mountDifferences(mountTable(found.mounts), mounts),
  ];
  if (differences.length > 0) throw differs(differences);
}

interface Mounted {
  readonly at: string;
  readonly options: readonly string[];
}

/** A file system below a folder keeps its own rights where the folder alone was made read-only. */
function mountDifferences(table: readonly Mounted[], mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap(({ target, readOnly }) => {
    const here = table.filter(({ at }) => at === target);
    const below = table.filter(({ at }) => at.startsWith(`${target}/`));
    return [
      ...(here.length === 1 && here[0]?.options.includes(readOnly ? "ro" : "rw") === true
        ? []
        : [`${target} is not mounted as it should be`]),
      ...(below.length === 0 ? [] : [`another file system is mounted below ${target}`]),
    ];
  });
}

const MOUNT_POINT = 4;
const OPTIONS = 5;

/** The lines of a `mountinfo` file. */
export function mountTable(text: string): readonly Mounted[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const fields = line.split(" ");
      return { at: unescaped(fields[MOUNT_POINT] ?? ""), options: (fields[OPTIONS] ?? "").split(",") };
    });
}

/** White space and backslashes stand in it as three octal digits. */
function unescaped(path: string): string {
  const octets = path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 8)),
  );
  return octets;
}

function differs(differences: readonly string[]): CountersignError {
  return new CountersignError("sandbox-differs", {
    message: `The sandbox is not what was asked for: ${differences.join(", ")}.`,
    kept: "Nothing ran.",
    next: "See whether this container engine is changed or restricted in a way of its own, then run the analysis again.",
  });
}
