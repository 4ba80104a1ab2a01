import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { eventually } from "@gastown/testkit";
import { DeliverPolicy } from "@nats-io/jetstream";
import { headers as newHeaders } from "@nats-io/nats-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { consumeHooks, publishHook, type ReceivedHook } from "../index.ts";
import { storeBytes } from "../publish.ts";
import { silent } from "../test/silent.ts";
import { useBus } from "../test/use-bus.ts";
import { wireOf } from "../wire.ts";

const used = useBus();
const run = promisify(execFile);
const document = readFileSync(path.resolve(import.meta.dirname, "../../../../docs/webhooks.md"), "utf8");
/** Every `nats` command line of the document, in its order. */
const recipes = [...document.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .filter((line) => line.startsWith("nats "));
const binary = findBinary();
const handled: ReceivedHook[] = [];
const stopping = new AbortController();
let folder = "";

const second = JSON.stringify({ sha: "c2", note: "${{ this is no template }}" });

beforeAll(async () => {
  if (binary === null)
    process.stderr.write("no nats binary on the PATH or in GASTOWN_NATS_CLI: the same API calls are made instead\n");
  folder = await mkdtemp(path.join(tmpdir(), "gastown-recipes-"));
  const receivedAt = new Date();
  for (const [delivery, body] of [
    ["d-1", `{"sha":"c1"}`],
    ["d-2", second],
    ["d-3", `{"sha":"c3"}`],
  ] as const) {
    const one = { provider: "github", event: "status", delivery, action: null, receivedAt } as const;
    await publishHook(used.bus, { ...one, body: Buffer.from(body), reduce: (raw) => raw });
  }
  consumeHooks(used.bus, {
    service: "scm",
    logger: silent,
    signal: stopping.signal,
    handle: (hooks) => {
      handled.push(...hooks);
      return Promise.resolve(hooks.map(() => ({ outcome: "done" })));
    },
  });
  await eventually(() => handled.length === 3);
});
afterAll(async () => {
  stopping.abort();
  await rm(folder, { recursive: true, force: true });
});

function findBinary(): string | null {
  const given = process.env["GASTOWN_NATS_CLI"];
  if (given !== undefined) return given;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.map((one) => path.join(one, "nats")).find((file) => existsSync(file)) ?? null;
}

/** What each command must show. */
const shows: readonly (readonly [command: RegExp, shown: RegExp])[] = [
  [/^stream info HOOK/, /hook\.>/],
  [/--headers-only 'hook\.github\.>'/, /Hook-Delivery: d-3/],
  [/'hook\.\*\.status'/, /"sha":"c1"/],
  [/^consumer info HOOK scm-hooks/, /scm-hooks/],
  [/--raw 'hook\.>' > delivery\.json/, /^\s*$/],
  [/^pub .* hook\.github\.status < delivery\.json/, /4/],
  [/^stream get HOOK --last-for/, /replay-1/],
];

test.each(recipes)("%s", { timeout: 30_000 }, async (line) => {
  const expected = shows.find(([pattern]) => pattern.test(line.slice(5)))?.[1];
  if (expected === undefined) throw new Error(`say in the table what "${line}" must show`);
  expect(binary === null ? await throughApi(line.slice(5)) : await throughBinary(binary, line)).toMatch(expected);
});

test("every expectation has its recipe, and what was published again was handled as it is", async () => {
  expect(recipes).toHaveLength(shows.length);
  expect(shows.filter(([pattern]) => !recipes.some((line) => pattern.test(line.slice(5))))).toEqual([]);
  const again = await eventually(() => handled.find(({ delivery }) => delivery === "replay-1") ?? null);
  expect(again).toMatchObject({ provider: "github", event: "status", encoding: "identity" });
  expect(Buffer.from(again.body).toString().trimEnd()).toBe(second);
});

async function throughBinary(file: string, line: string): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${path.dirname(file)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    NATS_URL: used.nats.url,
    XDG_CONFIG_HOME: folder,
  };
  const { stdout, stderr } = await run("sh", ["-c", line], { timeout: 20_000, cwd: folder, env });
  return line.includes("> delivery.json") ? stdout : `${stdout}${stderr}`;
}

/** The calls the `nats` command makes, made by us. */
async function throughApi(command: string): Promise<string> {
  const { manager, stream } = wireOf(used.bus);
  const file = path.join(folder, "delivery.json");
  if (command.startsWith("stream info")) return JSON.stringify(await manager.streams.info("HOOK"));
  if (command.startsWith("consumer info")) return JSON.stringify(await manager.consumers.info("HOOK", "scm-hooks"));
  if (command.startsWith("stream get")) {
    const found = await manager.streams.getMessage("HOOK", { last_by_subj: command.split(" ").at(-1) ?? "" });
    return JSON.stringify([...(found?.header ?? [])]);
  }
  if (command.startsWith("pub")) {
    const { subject = "", id = "" } = /Nats-Msg-Id:(?<id>\S+)' (?<subject>\S+)/.exec(command)?.groups ?? {};
    const { seq } = await storeBytes(used.bus, { subject, body: await readFile(file), fields: newHeaders(), id });
    return String(seq);
  }
  const from = Number(/--start-sequence (\d+)/.exec(command)?.[1] ?? 1);
  const count = Number(/--count (\d+)/.exec(command)?.[1] ?? 100);
  const consumer = await stream.consumers.get("HOOK", {
    filter_subjects: /'([^']+)'/.exec(command)?.[1] ?? "",
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
  });
  const lines: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: 1_000 })) {
    if (command.includes("--raw")) await writeFile(file, message.data);
    else lines.push(`${[...(message.headers ?? [])].map((field) => field.join(": ")).join("\n")}\n${message.string()}`);
  }
  return lines.join("\n");
}
