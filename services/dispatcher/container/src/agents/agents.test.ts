import { expect, test } from "vitest";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { createAccess } from "./access.ts";
import { endingOf, type AgentRun } from "./agent-run.ts";
import { createAgents, type Agents } from "./agents.ts";

/** Runs that live until they are told to end, and then as long as `dying` says. */
function setUp({ dying = Promise.resolve(), fails = [] }: { dying?: Promise<unknown>; fails?: string[] } = {}) {
  const access = createAccess();
  const log: string[] = [];
  /** How many runs there were when each was over. */
  const left: number[] = [];
  async function live(run: AgentRun): Promise<void> {
    log.push(`begin ${run.token}`);
    if (fails.includes(run.token)) throw new Error("no room");
    await new Promise<void>((resolve) => {
      if (run.stop.signal.aborted) resolve();
      else run.stop.signal.addEventListener("abort", () => resolve());
    });
    await dying;
    log.push(`end ${run.token} ${endingOf(run)?.reason}`);
  }
  const failed = (run: AgentRun, error: unknown): void => void log.push(`failed ${run.token} ${String(error)}`);
  const agents: Agents = createAgents({
    access,
    create: testRun,
    live,
    failed,
    over: () => left.push(agents.runs().length),
  });
  return { agents, access, log, left };
}
const job = (generation: number, agent = "gt-1") => ({ ...polecatJob(agent, "", { generation }), variables: {} });
const settled = () => new Promise(setImmediate);

test("the same start twice is one start, also when it has ended meanwhile", async () => {
  const { agents, log } = setUp();
  expect(agents.start(job(1))).toEqual({ accepted: true, reason: null });
  expect(agents.start(job(1))).toEqual({ accepted: true, reason: null });
  agents.stop("gt-1", 1, "stopped");
  await settled();
  expect(agents.start(job(1))).toEqual({ accepted: true, reason: null });
  await settled();
  expect(log).toEqual(["begin gt-1-1", "end gt-1-1 stopped"]);
});

test("a newer start begins when the older one has ended, whatever that takes", async () => {
  const dying = Promise.withResolvers<void>();
  const { agents, log } = setUp({ dying: dying.promise });
  agents.start(job(1));
  agents.start(job(2));
  await settled();
  expect(log).toEqual(["begin gt-1-1"]);
  dying.resolve();
  await settled();
  expect(log).toEqual(["begin gt-1-1", "end gt-1-1 superseded", "begin gt-1-2"]);
});

test("other agents do not wait", async () => {
  const { agents, log } = setUp();
  agents.start(job(1));
  agents.start(job(1, "gt-2"));
  await settled();
  expect(log).toEqual(["begin gt-1-1", "begin gt-2-1"]);
});

test("a stop that comes before its start wins, and spares newer starts", async () => {
  const { agents, log } = setUp();
  agents.stop("gt-1", 2, "stopped");
  agents.start(job(2));
  agents.start(job(3));
  agents.stop("gt-1", 2, "stopped");
  await settled();
  expect(log).toEqual(["begin gt-1-3"]);
});

test("force is for starts up to the generation, and for nobody else", () => {
  const { agents } = setUp();
  agents.start(job(2));
  agents.start(job(2, "gt-2"));
  const forced = () => agents.runs().map(({ force }) => force.signal.aborted);
  agents.force("gt-1", 1);
  expect(forced()).toEqual([false, false]);
  agents.force("gt-1", 2);
  expect(forced()).toEqual([true, false]);
});

test("a drain ends all and takes nothing new; tokens end with their run", async () => {
  const { agents, access, log } = setUp();
  agents.start(job(1));
  agents.start(job(1, "gt-2"));
  expect(access.find("Bearer gt-1-1")?.job.agent).toBe("gt-1");
  await agents.drain("saved");
  expect(log.slice(2)).toEqual(["end gt-1-1 saved", "end gt-2-1 saved"]);
  expect(agents.start(job(2))).toEqual({ accepted: false, reason: "the container is draining" });
  expect(access.find("Bearer gt-1-1")).toBeNull();
  expect(agents.runs()).toEqual([]);
});

test("a heartbeat tells of each agent's life, work and use", () => {
  const { agents } = setUp();
  agents.start(job(1));
  expect(agents.beats()).toEqual([
    {
      agent: "gt-1",
      generation: 1,
      aliveAt: expect.any(String),
      activeAt: null,
      inputTokens: 0,
      outputTokens: 0,
      microUsd: 0,
      busy: false,
    },
  ]);
});

const nudge = { agent: "gt-1", generation: 1, nudge: "n-1", message: "go on", mode: "immediate" } as const;
const said = { accepted: true, given: true, reason: null };

test("a nudge is kept for its start and answered when it was said; again it is not said again", async () => {
  const { agents } = setUp();
  agents.start(job(1));
  const asked = [agents.nudge(nudge), agents.nudge(nudge)];
  const [run] = agents.runs();
  expect(run?.nudges.due(false)).toHaveLength(1);
  run?.nudges.given([nudge]);
  expect(await Promise.all(asked)).toEqual([said, said]);
  expect(await agents.nudge(nudge)).toEqual(said);
  agents.stop("gt-1", 1, "stopped");
  expect(await agents.nudge(nudge)).toEqual(said);
});

test("a start that is not there, ends, or has handed in is told nothing", async () => {
  const { agents } = setUp({ dying: new Promise(() => undefined) });
  expect(await agents.nudge(nudge)).toMatchObject({ accepted: false, given: false });
  agents.start(job(1));
  agents.start(job(1, "gt-2"));
  expect(await agents.nudge({ ...nudge, generation: 2 })).toMatchObject({ accepted: false });
  const second = agents.runs().find((run) => run.job.agent === "gt-2");
  if (second !== undefined) second.done = { at: new Date(), text: "Accepted.", handedIn: true };
  expect(await agents.nudge({ ...nudge, agent: "gt-2" })).toMatchObject({ reason: "its work is handed in" });
  agents.stop("gt-1", 1, "stopped");
  expect(await agents.nudge(nudge)).toMatchObject({ accepted: false, reason: "it is being stopped" });
});

test("a hundred starts of one agent at once are one", async () => {
  const { agents, log } = setUp();
  const asked = Array.from({ length: 100 }, async () => agents.start(job(1)));
  expect(new Set((await Promise.all(asked)).map(({ accepted }) => accepted))).toEqual(new Set([true]));
  await settled();
  expect(log).toEqual(["begin gt-1-1"]);
  expect(agents.runs()).toHaveLength(1);
});

test("a hundred newer starts of one agent at once leave the newest, and never two at a time", async () => {
  const { agents, log } = setUp();
  for (let generation = 1; generation <= 100; generation += 1) agents.start(job(generation));
  await settled();
  expect(log.at(-1)).toBe("begin gt-1-100");
  expect(log.slice(0, -1)).toEqual(
    Array.from({ length: 99 }, (_, at) => [`begin gt-1-${at + 1}`, `end gt-1-${at + 1} superseded`]).flat(),
  );
});

test("a start that throws leaves no lock, no access and no run", async () => {
  const { agents, access, log } = setUp({ fails: ["gt-1-1"] });
  agents.start(job(1));
  await settled();
  expect(access.find("Bearer gt-1-1")).toBeNull();
  expect(agents.runs()).toEqual([]);
  agents.start(job(2));
  await settled();
  expect(log).toEqual(["begin gt-1-1", "failed gt-1-1 Error: no room", "begin gt-1-2"]);
  await agents.drain("saved");
});

test("the newest wish for a model counts; a start that ends or is not there has none", () => {
  const { agents } = setUp({ dying: new Promise(() => undefined) });
  const wish = { agent: "gt-1", generation: 1, model: "m2" };
  expect(agents.changeModel(wish)).toEqual({ accepted: false, reason: "this start does not run here" });
  agents.start(job(1));
  expect(agents.changeModel(wish)).toEqual({ accepted: true, reason: null });
  agents.changeModel({ ...wish, model: "m3" });
  expect(agents.runs()[0]?.modelWishes.newest).toBe("m3");
  agents.stop("gt-1", 1, "stopped");
  expect(agents.changeModel(wish)).toEqual({ accepted: false, reason: "it is being stopped" });
});

test("what is done while an agent is away waits for no run, and a start waits for it", async () => {
  const { agents, log, left } = setUp();
  const away = Promise.withResolvers<void>();
  const does = (what: string, until?: Promise<void>) => () => Promise.resolve(until).then(() => void log.push(what));
  const first = agents.whileAway("gt-1", does("cleared", away.promise));
  await settled();
  agents.start(job(1));
  await agents.whileAway("gt-1", does("not cleared"));
  await agents.whileAway("gt-2", does("cleared another"));
  await settled();
  expect(log).toEqual(["cleared another"]);
  away.resolve();
  await first;
  await settled();
  expect(log).toEqual(["cleared another", "cleared", "begin gt-1-1"]);
  agents.stop("gt-1", 1, "stopped");
  await settled();
  expect(left).toEqual([0]);
});
