import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { askContainer, loadAgentSnapshot, saveAgentSnapshot } from "@gastown/bus";
import { reportContainerAgent } from "@gastown/contracts";
import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { bash, isAsleep, longMs, processesOf, startWorld, type Container, type World } from "./test/world.ts";

vi.setConfig({ testTimeout: 2 * longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const mayor = (generation: number) =>
  mayorJob("gt-1", scriptText([{ text: "The password is swordfish." }]), { generation });
const asked = () => world.requestsOf("gt-1");
/** The newest conversation that holds this message; a request from before it may still be on its way. */
const toldWith = (nudge: string) =>
  asked().findLast(({ messages }) => messages.some(({ text }) => text.includes(markOf(nudge))))?.messages ?? null;
const markOf = (nudge: string) => `<message id="${nudge}">`;
const textsOf = (messages: { text: string }[]) => messages.map(({ text }) => text).join("\n");
const snapshot = () => loadAgentSnapshot(world.bus, { town: "alpha", agent: "gt-1" });

/** What the container says of its agents. */
const agents = async () => (await askContainer(world.bus, "alpha", "status", {})).agents;

/** How the start of a generation went, as its first report tells. */
function startOf(generation: number, agent = "gt-1") {
  return world.commands
    .filter((c) => c.type === reportContainerAgent.type)
    .map((c) => reportContainerAgent.data.parse(c.data))
    .find((report) => report.agent === agent && report.generation === generation)?.start;
}

/** Nobody of the container is in a turn. */
const rests = () =>
  eventually(async () => expect(await agents()).toMatchObject([{ session: true, busy: false }]), patiently);

async function end(container: Container): Promise<void> {
  container.process.kill("SIGTERM");
  await once(container.process, "exit");
  expect(container.process.exitCode).toBe(0);
}

test("a mayor goes on in another container, in a server that was up before it was asked for, without being told anew", async () => {
  const first = await world.startContainer("alpha");
  await first.start(mayor(1));
  await eventually(() => expect(asked()).toHaveLength(1), patiently);
  await eventually(async () => expect(await snapshot()).not.toBeNull(), patiently);
  await eventually(
    () => expect(startOf(1)).toMatchObject({ prewarmed: false, resumed: false, failure: null }),
    patiently,
  );
  expect(Object.keys(startOf(1)?.phases ?? {})).toEqual(["db_hydrated", "sdk_ready", "session_created", "prompted"]);
  await rests();
  await end(first);
  await eventually(() => expect(first.reports("gt-1")).toEqual(["running: ", "exited: saved"]), patiently);

  // Another machine: nothing of the first one's files is there.
  const prewarm = { ...mayor(2), variables: {} };
  const second = await world.startContainer("alpha", { container: "alpha-2", prewarm });
  expect(second.stateDir).not.toBe(first.stateDir);
  await eventually(() => expect(second.log()).toContain("server is warm"), patiently);
  const servers = () => processesOf(second.home("gt-1")).filter(({ command }) => command.includes(" serve "));
  const [warm] = await eventually(() => (servers().length === 1 ? servers() : null), patiently);
  await second.start(mayor(2));
  await eventually(
    () => expect(startOf(2)).toMatchObject({ prewarmed: true, resumed: true, failure: null }),
    patiently,
  );
  expect(servers()).toEqual([warm]);
  expect(startOf(2)?.phases).not.toHaveProperty("prompted");
  expect(asked()).toHaveLength(1);

  const message = scriptText([bash("pwd"), { text: "As I said." }]);
  await second.nudge("gt-1", "n-1", { message, mode: "immediate", generation: 2 });
  await eventually(() => expect(asked()).toHaveLength(3), patiently);
  const said = textsOf(asked().at(-1)?.messages ?? []);
  expect(said.match(/You are on duty as gt-1: /g)).toHaveLength(1);
  expect(said).toContain("The password is swordfish.");
  expect(said).toContain(join(second.stateDir, "agents/gt-1/desk"));
  await eventually(() => expect(second.reports("gt-1", 2)).toEqual(["running: "]), patiently);
  await rests();
  await end(second);

  // The first machine again: what it has is older than what is stored.
  const third = await world.startContainer("alpha", { container: "alpha-3", stateDir: first.stateDir });
  await third.start(mayor(3));
  await eventually(() => expect(startOf(3)).toMatchObject({ prewarmed: false, resumed: true }), patiently);
  await third.nudge("gt-1", "n-2", { message: scriptText([{ text: "Yes." }]), mode: "immediate", generation: 3 });
  const told = await eventually(() => toldWith("n-2"), patiently);
  expect(textsOf(told.filter(({ role }) => role === "assistant"))).toContain("As I said.");

  // Its machine dies in the middle of a turn: nothing that was said is lost, and nothing is said twice.
  const long = scriptText([bash("sleep 2344"), { text: "It is done." }]);
  await rests();
  const nudged = { message: long, mode: "immediate", generation: 3 } as const;
  await eventually(
    async () => expect(await third.nudge("gt-1", "n-3", nudged)).toMatchObject({ given: true }),
    patiently,
  );
  await eventually(() => isAsleep(third.home("gt-1"), 2344), patiently);
  await eventually(async () => expect(await agents()).toMatchObject([{ session: true, busy: true }]), patiently);
  await third.kill9();
  const fourth = await world.startContainer("alpha", { container: "alpha-4" });
  await fourth.start(mayor(4));
  await eventually(() => expect(startOf(4)).toMatchObject({ resumed: true }), patiently);
  const again = await fourth.nudge("gt-1", "n-3", { ...nudged, generation: 4 });
  expect(again).toEqual({ accepted: true, given: true, reason: null });
  await fourth.nudge("gt-1", "n-4", { message: scriptText([{ text: "Going on." }]), mode: "immediate", generation: 4 });
  const all = await eventually(() => toldWith("n-4"), patiently);
  const marks = all.flatMap(({ text }) => text.match(/^<message id="n-\d">$/gm) ?? []);
  expect(marks).toEqual(["n-1", "n-2", "n-3", "n-4"].map(markOf));
  await end(fourth);
});

test("a prewarmed server with another model is not used: the start has its own", async () => {
  const prewarm = { ...mayorJob("gt-2", ""), variables: {} };
  const town = await world.startContainer("beta", { prewarm });
  await town.start({
    ...prewarm,
    model: "scripted-2",
    bead: { ...prewarm.bead, body: scriptText([{ text: "Yes." }]) },
  });
  await eventually(() => expect(world.requestsOf("gt-2").map(({ model }) => model)).toEqual(["scripted-2"]), patiently);
  await eventually(() => expect(startOf(1, "gt-2")).toMatchObject({ prewarmed: false }), patiently);
  await eventually(
    () => expect(processesOf(town.home("gt-2")).filter((p) => p.command.includes(" serve "))).toHaveLength(1),
    patiently,
  );
});

test("a stored session that is damaged is told, and the mayor begins anew", async () => {
  const whose = { town: "gamma", agent: "gt-3" };
  const about = { session: "ses_1", directory: "/elsewhere", program: "opencode" };
  await saveAgentSnapshot(world.bus, whose, { ...about, bytes: Buffer.from("not a session") });
  const town = await world.startContainer("gamma");
  await town.start(mayorJob("gt-3", scriptText([{ text: "Hello." }])));
  await eventually(() => expect(world.requestsOf("gt-3")).toHaveLength(1), patiently);
  expect(town.log()).toContain("a stored session is damaged");
  expect(existsSync(join(town.stateDir, "agents/gt-3/session.json"))).toBe(true);
  await eventually(async () => {
    expect((await loadAgentSnapshot(world.bus, whose))?.session).toMatch(/^ses_\w{6}/);
  }, patiently);
});
