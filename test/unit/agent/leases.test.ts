import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Leases } from "../../../src/agent/leases.ts";
import { systemClock, type Clock } from "../../../src/host.ts";
import type { Database } from "../../../src/storage/database.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { identityOf } from "../../../src/storage/process-identity.ts";
import { temporaryFolder } from "./support.ts";

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
let folder: ReturnType<typeof temporaryFolder>;
let database: Database;

beforeEach(() => {
  folder = temporaryFolder();
  ({ database } = openDatabase({ stateDir: folder.path, log: silent, clock: systemClock }));
});

afterEach(() => {
  database.dispose();
  folder.remove();
});

const leases = (clock: Clock = systemClock) => new Leases(database, clock);
const nobody = () => undefined;
const inAnHour: Clock = { now: () => Date.now() + 3_600_000 };

it("has one holder, until it gives it back", async () => {
  const held = await leases().take("a", nobody);
  expect(await leases().take("a", nobody)).toBeUndefined();
  await held?.dispose();
  const again = await leases().take("a", nobody);
  expect(again).toBeDefined();
  await again?.dispose();
});

it("is kept by a living holder through a sleep of the machine", async () => {
  const held = await leases().take("a", nobody);
  expect(await leases(inAnHour).take("a", nobody)).toBeUndefined();
  await held?.dispose();
});

it("is free at once when its holder died", async () => {
  const process_ = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(process_, "spawn");
  hold(identityOf(process_.pid!), Date.now() + 60_000);
  expect(await leases().take("a", nobody)).toBeUndefined();
  process_.kill("SIGKILL");
  await once(process_, "exit");
  const taken = await leases().take("a", nobody);
  expect(taken).toBeDefined();
  await taken?.dispose();
});

it("of a process that cannot be seen from here lapses when it is not renewed", async () => {
  const elsewhere = { ...identityOf(process.pid), pidSpace: "pid:[1]" };
  hold(elsewhere, Date.now() + 5_000);
  expect(await leases().take("a", nobody)).toBeUndefined();
  const taken = await leases(inAnHour).take("a", nobody);
  expect(taken).toBeDefined();
  await taken?.dispose();
});

function hold(owner: unknown, expiresAt: number): void {
  const sql = "INSERT OR REPLACE INTO leases (thread, owner, token, expires_at) VALUES ('a', ?, 'token', ?)";
  database.run(sql, JSON.stringify(owner), expiresAt);
}
