import { readFile, readdir, stat } from "node:fs/promises";
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

const run = (code: string, outputMb = 64): Promise<Ended> =>
  lab.run(lab.container, code, { limits: { seconds: 50, outputMb } });

const notebookOf = ({ record }: Ended): Promise<string> => readFile(record!.notebook, "utf8");

describe("messages that code sends in its kernel's name", () => {
  it("are dropped and said where they are malformed, and the run goes on", async () => {
    const ended = await run(`
kernel = get_ipython().kernel
def send(type, content):
    kernel.session.send(kernel.iopub_socket, type, content, parent=kernel.get_parent())
send("stream", {"text": "no name\\n"})
send("display_data", {"metadata": {}})
send("status", {"execution_state": "odd"})
print("end")
`);
    expect(ended.error).toBeUndefined();
    expect(printed(ended)).toBe("end\n");
    const said = "Countersign: 3 messages of the code were malformed and left out.\n";
    expect(ended.record!.text).toBe(`${said}end\n`);
    expect(await notebookOf(ended)).toContain(JSON.stringify(said));
  });

  it("are dropped and said where they are no messages at all", async () => {
    const ended = await run(`
publisher = get_ipython().kernel.iopub_socket.io_thread
def raw(*parts):
    publisher.send_multipart([b"x", b"<IDS|MSG>", b"", *parts])
raw(b"7", b"{}", b"{}", b"{}")
raw(b'{"msg_type": "stream"}', b"{}", b"{}", b"{oops")
raw(b"{oops", b"{}", b"{}", b"{}")
publisher.send_multipart([b"no delimiter"])
print("end")
`);
    expect(ended.error).toBeUndefined();
    expect(printed(ended)).toBe("end\n");
    expect(ended.record!.text).toContain("4 messages of the code were malformed and left out.");
  });

  it("are missed and said where the code keeps its kernel from sending them", async () => {
    const ended = await run(`
publisher = get_ipython().kernel.iopub_socket.io_thread
send = publisher._really_send
publisher._really_send = lambda message, *more, **options: None if b"gone" in message[-1] else send(message, *more, **options)
for text in ("first", "gone", "gone", "last"):
    print(text, flush=True)
`);
    expect(ended.error).toBeUndefined();
    expect(printed(ended)).toMatch(/^first\n+last\n$/);
    expect(ended.record!.text).toMatch(/Countersign: \d+ outputs? w\w+ sent by the code and did not arrive/);
  });
});

describe("a flood", () => {
  it("of figures leaves files up to a limit, and one side file", async () => {
    const ended = await run(`
import base64, struct, zlib
from IPython.display import display
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
png += chunk(b"IDAT", zlib.compress(b"\\0\\0")) + chunk(b"IEND", b"")
picture = {"image/png": base64.b64encode(png).decode()}
for n in range(2_000):
    display(picture, raw=True)
`);
    expect(ended.error).toBeUndefined();
    expect(await readdir(join(ended.record!.folder, "figures"))).toHaveLength(500);
    expect(ended.record!.text).toContain("1,500 more figures are in untrusted-outputs.jsonl");
  });

  it("of formats in one message is one display, and what was left out is said", async () => {
    const ended = await run(`
from IPython.display import display
display({f"text/x-{n}": "x" for n in range(200_000)}, raw=True)
print("end")
`);
    expect(ended.error).toBeUndefined();
    expect(ended.record!.text).toContain("199,968 formats were left out");
    expect(printed(ended)).toBe("end\n");
  });

  it("of lines leaves a notebook that an editor opens", async () => {
    const ended = await run("print('x\\n' * 2_000_000)\n");
    expect(ended.error).toBeUndefined();
    expect((await stat(ended.record!.notebook)).size).toBeLessThan(2_000_000);
    expect((await notebookOf(ended)).split("\n").length).toBeLessThan(25_000);
    expect(await notebookOf(ended)).toContain("more output is in output.txt");
  });

  it("beyond the limit leaves what fits of it, and says so", async () => {
    const ended = await run("print('x' * 20_000_000)\n", 8);
    expect(ended.error).toMatchObject({
      code: "output-too-large",
      kept: "The first 8 MB of the output, and the files up to then.",
    });
    const spilled = (await stat(join(ended.record!.folder, "output.txt"))).size;
    expect((spilled + 1_000_000) / 2 ** 20).toBeGreaterThan(7.9);
    expect((spilled + 1_000_000) / 2 ** 20).toBeLessThanOrEqual(8);
  });

  it("of an error's own text leaves its beginning, and says how much more there is", async () => {
    const ended = await run("print('before')\nraise ValueError('x' * 40_000_000)\n");
    expect(ended.error?.code).toBe("run-failed");
    expect(printed(ended)).toBe("before\n");
    expect(ended.record!.error).toMatchObject({ name: "ValueError" });
    expect(await notebookOf(ended)).toContain("raise ValueError");
    const rest = await readFile(join(ended.record!.folder, "output.txt"), "utf8");
    expect(rest).toMatch(/^x+… \(39,\d{3},\d{3} characters more\)$/m);
  });

  it("of one output that is larger than any that is read is left out and said, and the run goes on", async () => {
    const ended = await run(`
from IPython.display import display
display({"text/html": "x" * 70_000_000}, raw=True)
print("after it")
`);
    expect(ended.error).toBeUndefined();
    expect(printed(ended)).toBe("after it\n");
    expect(printed(ended, "stderr")).toMatch(/^Countersign: an output of 70 MB is more than .* left out\.$/m);
  });
});
