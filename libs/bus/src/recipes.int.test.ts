import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { agentStarted, beadUpdated, createBead, openPull, type Command, type DataOf } from "@gastown/contracts";
import { DeliverPolicy } from "@nats-io/jetstream";
import { beforeAll, expect, test } from "vitest";
import { pause } from "./abortable.ts";
import { newEnvelope, publish, publishOutput } from "./index.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();
const run = promisify(execFile);
const document = readFileSync(path.resolve(import.meta.dirname, "../../../docs/replay.md"), "utf8");
/** Every `nats` command line of the document, in its order. */
const recipes = [...document.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .filter((line) => line.startsWith("nats "));
const binary = findBinary();

beforeAll(async () => {
  if (binary === null)
    process.stderr.write("no nats binary on the PATH or in GASTOWN_NATS_CLI: the same API calls are made instead\n");
  const send = <C extends Command>(command: C, data: C["data"]["_zod"]["input"]) =>
    publish(used.bus, command, newEnvelope(command, { town: "demo", data, actor: "user:ann", source: "/test" }));
  await tellEvent("gt-2");
  await tellEvent("gt-3");
  const changed = { bead: "gt-1", changed: { priority: "high" } };
  const updated = { town: "demo", data: changed, actor: "user:ann", source: "/test" };
  await publish(used.bus, beadUpdated, newEnvelope(beadUpdated, updated));
  await send(createBead, { rig: "web", title: "Do it" });
  await send(openPull, { rig: "web", bead: "gt-9", head: "work", base: "main", title: "Do it", body: "" });
  const line = { at: new Date().toISOString(), agent: "gt-2", generation: 1, kind: "text", text: "hello" } as const;
  await publishOutput(used.bus, "demo", line);
  await wireOf(used.bus).stream.publish("dlq.town.demo.undecodable", "{}");
});

function tellEvent(agent: string): Promise<unknown> {
  const data: DataOf<typeof agentStarted> = { agent, generation: 1, container: "c-1" };
  const envelope = newEnvelope(agentStarted, { town: "demo", data, actor: "service:dispatcher", source: "/test" });
  return publish(used.bus, agentStarted, envelope);
}

function findBinary(): string | null {
  const given = process.env["GASTOWN_NATS_CLI"];
  if (given !== undefined) return given;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, "nats")).find((file) => existsSync(file)) ?? null;
}

/** What each command must show. */
const shows: readonly (readonly [command: RegExp, shown: RegExp])[] = [
  [/^stream ls/, /EVT[\s\S]*/],
  [/^stream info EVT/, /evt\.>/],
  [/^stream get EVT 1/, /dispatcher\.agent\.started/],
  [/^consumer report CMD_TOWN/, /town-0?0/],
  [/--subjects-only 'evt\.demo\.bead\.>'/, /evt\.demo\.bead\.updated/],
  [/'evt\.demo\.>'/, /evt\.demo\.agent\.started/],
  [/'cmd\.town\.demo\.\*\.\*\.\*'/, /cmd\.town\.demo\.bead\.create/],
  [/'cmd\.scm\.demo\.\*\.\*\.\*'/, /cmd\.scm\.demo\.pr\.open/],
  [/'out\.demo\.gt-2'/, /hello/],
  [/'dlq\.>'/, /dlq\.town\.demo\.undecodable/],
];

test.each(recipes)("%s", { timeout: 30_000 }, async (line) => {
  const command = line.slice("nats ".length);
  const expected = shows.find(([pattern]) => pattern.test(command))?.[1];
  if (expected === undefined) throw new Error(`say in the table what "${line}" must show`);
  const shown = binary === null ? await throughApi(command) : await throughBinary(binary, command);
  expect(shown).toMatch(expected);
});

test("the document has recipes, and each expectation one", () => {
  expect(recipes.length).toBeGreaterThan(10);
  expect(shows.filter(([pattern]) => !recipes.some((line) => pattern.test(line.slice(5))))).toEqual([]);
});

async function throughBinary(file: string, command: string): Promise<string> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const follows = command.includes("--count");
  const running = run(file, ["--server", used.nats.url, "--no-context", ...words], { timeout: 20_000 });
  const telling = follows ? keepTelling(running) : Promise.resolve();
  const { stdout, stderr } = await running;
  await telling;
  return `${stdout}${stderr}`;
}

/** A core subscription sees only what is published while it is there, and does not say when it is. */
async function keepTelling(running: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const done = running.finally(() => over.abort()).catch(() => undefined);
  while (!over.signal.aborted) {
    await tellEvent("gt-4");
    await Promise.race([done, pause(100, over.signal)]);
  }
}

/** The calls the `nats` command makes, made by us. */
async function throughApi(command: string): Promise<string> {
  const { manager, connection } = wireOf(used.bus);
  const [, stream = ""] = /--stream (\S+)/.exec(command) ?? /^(?:stream|consumer) \w+ (\S+)/.exec(command) ?? [];
  if (command.startsWith("stream ls")) {
    const names: string[] = [];
    for await (const { config } of manager.streams.list()) names.push(config.name);
    return names.join("\n");
  }
  if (command.startsWith("stream info")) return JSON.stringify(await manager.streams.info(stream));
  if (command.startsWith("stream get")) {
    const message = await manager.streams.getMessage(stream, { seq: Number(command.split(" ").at(-1)) });
    return message?.string() ?? "";
  }
  if (command.startsWith("consumer report")) {
    const names: string[] = [];
    for await (const info of manager.consumers.list(stream)) names.push(`${info.name} ${info.num_pending}`);
    return names.join("\n");
  }
  const subject = /'([^']+)'/.exec(command)?.[1] ?? "";
  if (stream !== "") return readStream({ stream, subject, command });
  const heard = new Promise<string>((resolve) => {
    connection.subscribe(subject, {
      max: 1,
      callback: (_, message) => resolve(`${message.subject} ${message.string()}`),
    });
  });
  await connection.flush();
  await tellEvent("gt-4");
  return heard;
}

async function readStream({
  stream,
  subject,
  command,
}: Record<"stream" | "subject" | "command", string>): Promise<string> {
  const { stream: jetstream } = wireOf(used.bus);
  const from = Number(/--start-sequence (\d+)/.exec(command)?.[1] ?? 0);
  const policies = [
    ["--all", { deliver_policy: DeliverPolicy.All }],
    ["--start-sequence", { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }],
    [
      "--since",
      { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(Date.now() - 3_600_000).toISOString() },
    ],
    ["--last-per-subject", { deliver_policy: DeliverPolicy.LastPerSubject }],
  ] as const;
  const policy = policies.find(([flag]) => command.includes(flag))?.[1];
  if (policy === undefined) throw new Error(`which messages does "${command}" want?`);
  const consumer = await jetstream.consumers.get(stream, { filter_subjects: subject, ...policy });
  const { num_pending: waiting } = await consumer.info();
  if (waiting === 0) return "";
  const lines: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: waiting, expires: 5_000 })) {
    lines.push(`${message.subject} ${message.string()}`);
  }
  return lines.join("\n");
}
