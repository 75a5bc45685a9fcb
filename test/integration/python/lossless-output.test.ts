import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Laboratory, printed, type Ended } from "./laboratory.ts";

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
});

afterAll(async () => {
  await lab.dispose();
});

function run(code: string): Promise<Ended> {
  return lab.run(lab.container, code, { limits: { seconds: 110, workingFolderMb: 512, outputMb: 512 } });
}

describe("what code puts out faster than anybody takes it", () => {
  it.for([1, 2, 3])("keeps each of 10,000 displays, in order (run %i)", { timeout: 200_000 }, async () => {
    const ended = await run(
      "from IPython.display import display\nfor n in range(10_000):\n    display({'text/plain': str(n)}, raw=True)\n",
    );
    expect(ended.error).toBeUndefined();
    const shown = ended.outputs.flatMap((output) =>
      output.type === "display" ? [output.data["text/plain"]] : [],
    );
    expect(shown).toEqual(Array.from({ length: 10_000 }, (_, n) => String(n)));
    expect(ended.outputs.at(-1)).toMatchObject({ type: "ended", status: "ok" });
  });

  it("keeps 200 MB that are printed at once, in a sandbox of 1 GB", { timeout: 200_000 }, async () => {
    const ended = await run("line = 'x' * 999_999\nfor _ in range(200):\n    print(line)\n");
    expect(ended.error).toBeUndefined();
    const { size } = await stat(join(ended.record!.folder, "output.txt"));
    expect(printed(ended)).toHaveLength(200_000_000);
    expect(size).toBe(200_000_000 - 1_000_000);
  });
});

describe("text and work that a script would not lose", () => {
  it("keeps what is printed near half a surrogate pair, which is escaped", async () => {
    const code = String.raw`
print("before")
print("bad \ud800 and \udcff end")
print("after")
`;
    const ended = await run(code);
    expect(ended.error).toBeUndefined();
    expect(printed(ended)).toBe("before\nbad \\ud800 and \\udcff end\nafter\n");
  });

  it("waits for threads, pools and processes of the code", async () => {
    const code = `
import threading, time, multiprocessing
from concurrent.futures import ThreadPoolExecutor

def save(name):
    time.sleep(0.5)
    open(name, "w").write("done")

threading.Thread(target=save, args=("thread.txt",)).start()
ThreadPoolExecutor(1).submit(save, "pool.txt")
multiprocessing.get_context("fork").Process(target=save, args=("process.txt",)).start()
print("main done")
`;
    const ended = await run(code);
    expect(ended.error).toBeUndefined();
    expect(ended.record!.files.map((file) => file.split("/").at(-1)).sort()).toEqual([
      "pool.txt",
      "process.txt",
      "thread.txt",
    ]);
  });
});
