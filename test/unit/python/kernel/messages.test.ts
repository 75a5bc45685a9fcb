import { describe, expect, it } from "vitest";
import { JsonCursor } from "../../../../src/python/kernel/json-cursor.ts";
import { JsonText } from "../../../../src/python/kernel/json-text.ts";
import { endsWell, readOutput } from "../../../../src/python/kernel/messages.ts";

const read = (type: string, json: string) => readOutput(type, new JsonCursor(Buffer.from(json)));

describe("a display of more formats than anything has", () => {
  it("is taken with the first of them and those that are shown; the others are counted", () => {
    const many = Array.from({ length: 200_000 }, (_, n) => [`text/x-${n}`, "x"] as const);
    const data = Object.fromEntries([...many, ["text/plain", "shown"], ["image/png", "AA=="]]);
    const output = read("display_data", JSON.stringify({ data }));
    expect(output).toMatchObject({ type: "display", formatsLeftOut: 199_968 });
    const taken = output.type === "display" ? Object.keys(output.data) : [];
    expect(taken.slice(0, 2)).toEqual(["text/x-0", "text/x-1"]);
    expect(taken.slice(-3)).toEqual(["text/x-31", "text/plain", "image/png"]);
  });

  it("leaves out a format whose name is none", () => {
    const data = { ["x".repeat(1_000)]: "?", "text/plain": "x" };
    expect(read("display_data", JSON.stringify({ data }))).toEqual({
      type: "display",
      data: { "text/plain": "x" },
      formatsLeftOut: 1,
    });
  });
});

describe("what a kernel says", () => {
  it("is text where it is text, and lines of text where they are shown", () => {
    const json = String.raw`{"text": "a\n\"b\" \ud83d\ude00 é", "name" : "stderr"}`;
    expect(read("stream", json)).toEqual({ type: "stream", stream: "stderr", text: 'a\n"b" 😀 é' });
    expect(read("execute_result", '{"data":{"text/plain":["a\\n","b"]},"execution_count":3}')).toEqual({
      type: "display",
      data: { "text/plain": "a\nb" },
      executionCount: 3,
    });
    const error = '{"traceback":["one","two"],"evalue":"v","ename":"E","more":[{"]":"}"}]}';
    expect(read("error", error)).toEqual({
      type: "error",
      name: "E",
      message: "v",
      traceback: ["one", "two"],
    });
  });

  it("stays as it was written where it is a structure, on one line", () => {
    const written = '{"a": [1, {"b": "] } \\" \\\\"}],\n"c": null }';
    const output = read(
      "display_data",
      `{"metadata":{},"data":{"application/json":${written},"text/html":["a"]}}`,
    );
    const data = output.type === "display" ? output.data : {};
    const json = data["application/json"] as JsonText;
    expect(json).toBeInstanceOf(JsonText);
    const text = json.bytes.toString();
    expect(text).not.toContain("\n");
    expect(JSON.parse(text)).toEqual(JSON.parse(written));
    expect(data["text/html"]).toEqual(new JsonText(Buffer.from('["a"]')));
  });

  it("keeps the end of a traceback of any length", () => {
    const traceback = Array.from({ length: 100_000 }, (_, n) => String(n));
    const output = read("error", JSON.stringify({ ename: "E", evalue: "v", traceback }));
    const lines = output.type === "error" ? output.traceback : [];
    expect(lines.length).toBeLessThanOrEqual(20_000);
    expect(lines.at(-1)).toBe("99999");
  });

  it.each([
    ["a stream without a name", "stream", '{"text":"x"}'],
    ["a stream whose text is a number", "stream", '{"name":"stdout","text":1}'],
    ["a display without data", "display_data", '{"metadata":{}}'],
    ["a display whose data are a list", "display_data", '{"data":[]}'],
    ["an error whose traceback holds no text", "error", '{"ename":"E","evalue":"v","traceback":[1]}'],
    ["null", "stream", "null"],
    ["a text without an end", "stream", '{"name":"stdout","text":"x'],
    ["an object without an end", "display_data", '{"data":{"text/plain":"x"'],
    ["nothing", "stream", ""],
    ["what is no output", "status", '{"execution_state":"idle"}'],
  ])("is refused where it is malformed: %s", (_, type, json) => {
    expect(() => read(type, json)).toThrow(SyntaxError);
  });
});

describe("code that ends itself", () => {
  const exit = (ename: string, evalue: string) =>
    read("error", JSON.stringify({ ename, evalue, traceback: [] }));

  it.each(["", "0", "None", "False"])("ends well with %j", (evalue) => {
    expect(endsWell(exit("SystemExit", evalue))).toBe(true);
  });

  it.each(["1", "-1", "00", "no beam", "True", " 0"])("fails with %j", (evalue) => {
    expect(endsWell(exit("SystemExit", evalue))).toBe(false);
  });

  it("is not what raises another error, whatever that says", () => {
    expect(endsWell(exit("ValueError", "0"))).toBe(false);
    expect(endsWell({ type: "ended", status: "ok" })).toBe(false);
  });
});
