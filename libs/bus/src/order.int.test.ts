import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBead } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { nanos } from "@nats-io/nats-core";
import { expect, onTestFinished, test } from "vitest";
import { publish } from "./index.ts";
import { shardConsumer } from "./topology.ts";
import { beadCommand } from "./test/commands.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();
const [towns, each] = [50, 10];

interface Note {
  what: "begin" | "fail" | "done";
  pid: number;
  town: string;
  n: number;
}

async function journal(file: string): Promise<Note[]> {
  const lines = (await readFile(file, "utf8")).trim().split("\n").filter(Boolean);
  return lines.map((line) => {
    const [what, pid, town = "", n] = line.split(" ");
    return { what: what as Note["what"], pid: Number(pid), town, n: Number(n) };
  });
}

function startReplica(file: string, mode: string): ChildProcess {
  const program = new URL("test/order-worker.ts", import.meta.url);
  const replica = fork(program, [used.nats.url, file, mode], { execArgv: [] });
  onTestFinished(async () => {
    if (replica.kill("SIGKILL")) await once(replica, "exit");
  });
  return replica;
}

/** Commands that began before an earlier one of their town was done, and commands that began while another of their town ran. */
function violations(notes: Note[], killed: number): { disorder: Note[]; overlap: Note[] } {
  const highest = new Map<string, number>();
  const running = new Map<string, Note>();
  const finished = new Set<string>();
  const found = { disorder: [] as Note[], overlap: [] as Note[] };
  for (const note of notes) {
    const key = `${note.town}/${note.n}`;
    if (note.what !== "begin") {
      running.delete(note.town);
      if (note.what === "done") finished.add(key);
      continue;
    }
    const other = running.get(note.town);
    // What ran in the killed replica ended with it, without a note.
    if (other !== undefined && other.pid !== killed) found.overlap.push(note);
    const expected = highest.get(note.town) ?? -1;
    const isNext = note.n === expected + 1 && (expected === -1 || finished.has(`${note.town}/${expected}`));
    if (!isNext && note.n !== expected) found.disorder.push(note);
    highest.set(note.town, Math.max(note.n, expected));
    running.set(note.town, note);
  }
  return found;
}

test.each([
  { how: "one by one", mode: "one" },
  { how: "in groups, some of which fail", mode: "group" },
])(
  "two replicas, one killed in the middle, commands $how: a town's in order, never two at a time",
  async ({ mode }) => {
    const folder = await mkdtemp(join(tmpdir(), "gastown-order-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, "journal");
    await writeFile(file, "");
    // A dead replica costs its shards one ack_wait; a short one makes the test short.
    const { consumers } = wireOf(used.bus).manager;
    const shards = Array.from({ length: 32 }, (_, shard) => shardConsumer("town", shard));
    await Promise.all(shards.map((name) => consumers.update("CMD_TOWN", name, { ack_wait: nanos(2_000) })));
    // Both pull every shard before there is work: else one can do everything while the other boots.
    const [first] = [startReplica(file, mode), startReplica(file, mode)];
    const bothPull = async (): Promise<void> => {
      const infos = await Promise.all(shards.map((name) => consumers.info("CMD_TOWN", name)));
      expect(infos.filter((info) => info.num_waiting < 2)).toEqual([]);
    };
    await eventually(bothPull, { timeoutMs: 60_000 });
    for (let n = 0; n < each; n++) {
      await Promise.all(
        Array.from({ length: towns }, (_, t) => publish(used.bus, createBead, beadCommand(`${mode}${t}`, n))),
      );
    }
    const done = async (): Promise<Note[]> => (await journal(file)).filter(({ what }) => what === "done");
    await eventually(async () => expect((await done()).length).toBeGreaterThan(towns * each * 0.3), {
      timeoutMs: 20_000,
    });
    const exited = once(first, "exit");
    first.kill("SIGKILL");
    await exited;
    const settled = async (): Promise<void> => {
      const infos = await Promise.all(shards.map((name) => consumers.info("CMD_TOWN", name)));
      expect(infos.reduce((sum, info) => sum + info.num_pending + info.num_ack_pending, 0)).toBe(0);
    };
    await eventually(settled, { timeoutMs: 30_000 });

    const notes = await journal(file);
    expect(violations(notes, first.pid ?? 0)).toEqual({ disorder: [], overlap: [] });
    expect(new Set((await done()).map(({ town, n }) => `${town}/${n}`)).size).toBe(towns * each);
    expect(new Set(notes.map(({ pid }) => pid)).size).toBe(2);
  },
);
