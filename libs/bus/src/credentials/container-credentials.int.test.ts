import { agentDone, containerHeartbeat, getBead, type Command } from "@gastown/contracts";
import { createLogger } from "@gastown/telemetry";
import { eventually, startNats, type TestNats } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  answer,
  answerContainer,
  ask,
  askContainer,
  connectBus,
  consumeCommands,
  containerCredentials,
  containerInbox,
  issuerOf,
  loadAgentSnapshot,
  makeBusKeys,
  newEnvelope,
  provision,
  publish,
  publishOutput,
  QueryError,
  readOutput,
  saveAgentSnapshot,
  sendCommand,
  userCredentials,
  type Bus,
  type ContainerHandlers,
  type InputOf,
} from "../index.ts";
import { silent } from "../test/silent.ts";
import { wireOf } from "../wire.ts";

const keys = makeBusKeys();
const over = new AbortController();
const listening = { logger: silent, signal: over.signal };
/** What the server said to the container of `river`. */
const complaints: string[] = [];
const logger = createLogger("test", {
  level: "error",
  destination: { write: (line: string) => void complaints.push(line) },
});
let nats: TestNats;
let ops: Bus;
let river: Bus;

beforeAll(async () => {
  nats = await startNats({ keys });
  const connect = { servers: nats.url, signal: AbortSignal.timeout(20_000) };
  const people = { inboxPrefix: "_INBOX_ops", credentials: userCredentials(keys, "ops") };
  ops = await connectBus({ ...connect, ...people, name: "ops", logger: silent });
  await provision(ops, { logger: silent });
  const credentials = containerCredentials(issuerOf(keys), { town: "river", container: "river-1" });
  const own = { inboxPrefix: containerInbox("river"), credentials };
  river = await connectBus({ ...connect, ...own, name: "container/river-1", logger });
});
afterAll(async () => {
  over.abort();
  await river.close();
  await ops.close();
  await nats.close();
});

test("a town whose name is as long as it may be has containers, too", async () => {
  const town = "t".repeat(32);
  const credentials = containerCredentials(issuerOf(keys), { town, container: `${town}-1` });
  const own = { inboxPrefix: containerInbox(town), credentials, signal: AbortSignal.timeout(15_000) };
  const bus = await connectBus({ servers: nats.url, ...own, name: `container/${town}-1`, logger: silent });
  expect(bus.serverVersion).toBe(ops.serverVersion);
  await bus.close();
});

function envelope<C extends Command>(command: C, town: string, data: InputOf<C>) {
  return newEnvelope(command, { town, data, actor: "service:container/river-1", source: "/container" });
}
const beat = (town: string) => envelope(containerHeartbeat, town, { container: "river-1", agents: [] });
const line = (text: string) =>
  ({ at: new Date().toISOString(), agent: "gt-1", generation: 1, kind: "text", text }) as const;
const snapshot = { session: "s", directory: "/d", program: "opencode", bytes: Uint8Array.from([1, 2, 3]) };
const done = { agent: "gt-1", generation: 1, bead: "gt-2", branch: "b", outcome: "completed", summary: "S." } as const;

describe("a container's credentials are good for what its host does", () => {
  test("commands are stored in their shard, and their verdicts arrive", async () => {
    consumeCommands(ops, {
      owner: "town",
      service: "town",
      handle: ({ envelope: { id } }) =>
        Promise.resolve({ outcome: "applied", verdict: { command: id, outcome: "applied" } }),
      ...listening,
    });
    const told = envelope(agentDone, "river", done);
    expect(await sendCommand(river, agentDone, told, { timeoutMs: 30_000 })).toMatchObject({ outcome: "applied" });
    expect(await publish(river, containerHeartbeat, beat("river"))).toMatchObject({ stream: "CMD_DISPATCHER" });
  });

  test("it asks for its town, and answers who asks it", async () => {
    answer(ops, getBead, () => Promise.reject(new QueryError("not_found", "there is none")), listening);
    await wireOf(ops).connection.flush();
    await expect(ask(river, getBead, { town: "river", data: { bead: "gt-2" } })).rejects.toThrow("there is none");
    const handlers: Pick<ContainerHandlers, "drain"> = { drain: () => Promise.resolve({ accepted: true }) };
    answerContainer(river, "river", handlers as ContainerHandlers, listening);
    const asked = () => askContainer(ops, "river", "drain", { reason: "test" });
    expect(await eventually(asked)).toEqual({ accepted: true });
    expect(await asked()).toEqual({ accepted: true });
  });

  test("it stores output and sessions of its town, and reads those sessions", async () => {
    await publishOutput(river, "river", line("hello"));
    expect(await readOutput(ops, { town: "river", agent: "gt-1", last: 1 })).toMatchObject([{ text: "hello" }]);
    const id = await saveAgentSnapshot(river, { town: "river", agent: "gt-1" }, snapshot);
    expect((await loadAgentSnapshot(river, { town: "river", agent: "gt-1" }))?.id).toBe(id);
  });

  test("nothing of it was complained about", () => expect(complaints).toEqual([]));
});

describe("and for nothing else", () => {
  test.each([
    ["a command to another town", "cmd.town.lake.agent.done"],
    ["a command to all towns", "cmd.dispatcher._.container.heartbeat"],
    ["a stop of its own town, which is for people", "cmd.town.river.town.estop"],
    ["a fact about a pull request, which is the forge's", "cmd.town.river.pr.report"],
    ["a fact about agents, which is the dispatcher's", "cmd.town.river.agent.report"],
    ["the start of an agent", "cmd.dispatcher.river.agent.start"],
    ["a merge", "cmd.scm.river.pr.merge"],
    ["another town's container", "container.lake.drain"],
    ["a credential for another town's repository", "qry.scm.lake.repo.credential"],
    ["a question about another town", "qry.town.lake.bead.get"],
    ["an event", "evt.river.bead.closed"],
    ["a verdict", "verdict.town.river.c-1"],
    ["another town's output", "out.lake.gt-1"],
    ["another town's session", "snap.lake.gt-1.head.0"],
    ["reading another town's session", "$JS.API.DIRECT.GET.SNAP.snap.lake.gt-1.head.0"],
    ["reading any message of a stream", "$JS.API.DIRECT.GET.SNAP"],
    ["reading a stream's message", "$JS.API.STREAM.MSG.GET.EVT"],
    ["making a consumer", "$JS.API.CONSUMER.CREATE.EVT"],
    ["deleting a stream", "$JS.API.STREAM.DELETE.EVT"],
    ["settling another's message", "$JS.ACK.CMD_TOWN.town-0.1.1.1.1.0"],
    ["an answer in another's name", "_INBOX_dispatcher.x.1"],
    ["a terminal of another town", "term.lake.gt-1.s-1.out"],
  ])("saying: %s", async (_, subject) => {
    complaints.length = 0;
    wireOf(river).connection.publish(subject, "{}");
    await eventually(() => expect(complaints.join("")).toContain(`for Publish to \\"${subject}`));
  });

  test.each([
    ["everything", ">"],
    ["what happens in all towns", "evt.>"],
    ["what happens in its town", "evt.river.>"],
    ["other containers' requests", "container.*.*"],
    ["other towns' verdicts", "verdict.town.*.*"],
    ["questions to the town", "qry.town.river.bead.get"],
    ["another's answers", "_INBOX_dispatcher.>"],
    ["another container's answers", `${containerInbox("lake")}.>`],
    ["commands to its town", "cmd.town.river.*.*.*"],
    ["another town's terminals", "term.lake.*.*.in"],
  ])("hearing: %s", async (_, subject) => {
    complaints.length = 0;
    wireOf(river).connection.subscribe(subject, { callback: () => undefined });
    await eventually(() => expect(complaints.join("")).toContain(`for Subscription to \\"${subject}\\"`));
  });

  test("nobody gets credentials for more than one town, or for none", () => {
    const issuer = issuerOf(keys);
    const given = ["*", ">", "river.>", ""].map((town) => () => containerCredentials(issuer, { town, container: "x" }));
    for (const wide of given) expect(wide).toThrow("cannot be a subject token");
  });
});
