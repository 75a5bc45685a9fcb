// node test/bench/host-memory.ts SHAPE: one run that puts out 200 MB of this shape, in a process that does nothing else. Says on
// its last line by how many MB that process grew at most over what it took when it was idle.
import { Laboratory } from "../integration/python/laboratory.ts";

const LIMITS = { seconds: 170, memoryMb: 2_048, workingFolderMb: 512, outputMb: 512 };
const MEGABYTE = 1024 * 1024;
const PICTURE = `
import base64, os, struct, zlib
from IPython.display import display
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def picture(side):
    rows = b"".join(b"\\0" + os.urandom(3 * side) for _ in range(side))
    png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    png += chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")
    return {"image/png": base64.b64encode(png).decode()}
`;
const DISPLAY = "from IPython.display import display\n";

/** What 200 MB can be: the code of each. */
export const SHAPES: Readonly<Record<string, string>> = {
  lines: "for n in range(2_000_000):\n    print(f'{n:07d}' + 'x' * 92)\n",
  "long-lines": "line = 'é' * 500_000\nfor _ in range(200):\n    print(line)\n",
  texts: `${DISPLAY}for _ in range(5):\n    display({"text/plain": "x\\n" * 20_000_000}, raw=True)\n`,
  structures: `${DISPLAY}value = [[]] * 10_000_000\nfor _ in range(5):\n    display({"application/json": value}, raw=True)\n`,
  figures: `${PICTURE}small = picture(20)\nfor _ in range(100_000):\n    display(small, raw=True)\n`,
  "large-figures": `${PICTURE}large = picture(3_200)\nfor _ in range(5):\n    display(large, raw=True)\n`,
  ids: `${DISPLAY}for n in range(2_000):\n    display({"text/plain": "x"}, raw=True, display_id=f"{n}" + "x" * 100_000)\n`,
  formats: `${DISPLAY}data = {f"text/x-{n}": "x" * 180 for n in range(200_000)}\nfor _ in range(5):\n    display(data, raw=True)\n`,
  error: "raise ValueError('x' * 40_000_000)\n",
};

if (import.meta.main) {
  const shape = process.argv[2] ?? "";
  const code = SHAPES[shape];
  if (code === undefined) throw new Error(`There is no shape ${shape}.`);
  const grown = await measured(code);
  process.stdout.write(`${JSON.stringify(grown)}\n`);
}

/** The first run loads what a run needs: that is not its output. */
async function measured(code: string): Promise<{ readonly memory: number; readonly ended: string }> {
  const lab = await Laboratory.open();
  try {
    await lab.run(lab.container, "print(1)\n", { limits: LIMITS });
    const idle = process.memoryUsage().rss;
    let most = idle;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
    const { error } = await lab.run(lab.container, code, { limits: LIMITS, keepsOutputs: false });
    clearInterval(watch);
    return { memory: (most - idle) / MEGABYTE, ended: error?.message ?? "finished" };
  } finally {
    await lab.dispose();
  }
}
