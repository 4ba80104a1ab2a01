import { terminalLimits, type TerminalAddress, type TerminalMode, type TerminalOutput } from "@gastown/contracts";
import { expect, onTestFinished, test, vi } from "vitest";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { TerminalError, type AgentTerminals, type WantedTerminal } from "./agent-terminals.ts";
import { terminalHandlers } from "./terminal-handlers.ts";
import { terminalRules, type TerminalRules } from "./terminal.ts";
import { Terminals } from "./terminals.ts";

interface Opened extends WantedTerminal {
  typed: string[];
  end: (reason: string) => void;
}

const at = (session: string, agent = "gt-1"): TerminalAddress => ({ town: "t1", agent, session });

/** What became of attaching: `given`, or the code of the refusal. */
function refused(attaching: Promise<unknown>): Promise<string> {
  return attaching.then(
    () => "given",
    (error: unknown) => (error instanceof TerminalError ? error.code : String(error)),
  );
}

/** A container with one agent, `gt-1`, whose server's terminals are in memory: real ones are in the test of the whole path. */
function setUp({ rules = {}, full = false }: { rules?: Partial<TerminalRules>; full?: boolean } = {}) {
  const opened: Opened[] = [];
  const used: string[] = [];
  const told: (TerminalOutput & { session: string })[] = [];
  const server: AgentTerminals = {
    open(wanted) {
      const { promise: ended, resolve: end } = Promise.withResolvers<string>();
      const typed: string[] = [];
      opened.push({ ...wanted, typed, end });
      const write = (text: string) => !full && typed.push(text) > 0;
      const close = () => Promise.resolve(end("closed by us"));
      return Promise.resolve({ ended, write, resize: () => Promise.resolve(), close });
    },
  };
  const terminals = new Terminals({
    find: (agent) =>
      ({ "gt-1": { name: "Toast", terminals: server }, "gt-2": { name: "Bare", terminals: null } })[agent] ?? null,
    used: (agent) => used.push(agent),
    tell: (_, session, output) => told.push({ session, ...output }),
    rules: { ...terminalRules, ...rules },
    logger,
  });
  const attach = (mode: TerminalMode, session = "new", agent = "gt-1") =>
    terminals.attach(at(session, agent), { mode, program: "shell", size: null, actor: `user:${mode}r` });
  /** The terminal of a session. */
  const terminal = (session: string) => {
    const found = terminals.known(at(session));
    if (found === null) throw new Error("there is no such terminal");
    return found;
  };
  return { terminals, opened, used, told, attach, terminal };
}

test("who writes gets a new terminal each time, who watches the newest, and who names one that one", async () => {
  const { attach, opened } = setUp();
  const [one, two] = [await attach("write"), await attach("write")];
  expect(one.session).not.toBe(two.session);
  expect((await attach("watch")).session).toBe(two.session);
  expect((await attach("watch", one.session)).session).toBe(one.session);
  expect((await attach("write", one.session)).session).toBe(one.session);
  expect(opened).toMatchObject([{ title: "gastown – Toast", size: { cols: 80, rows: 24 } }, {}]);
});

test.each([
  ["an agent that does not run", "write", "new", "gt-9", "agent_not_running"],
  ["watching an agent that does not run", "watch", "new", "gt-9", "agent_not_running"],
  ["a program without terminals", "write", "new", "gt-2", "no_terminals"],
  ["nothing to watch", "watch", "new", "gt-1", "terminal_not_found"],
  ["a terminal that is not there", "write", "0".repeat(32), "gt-1", "terminal_not_found"],
] as const)("%s is refused as such", async (_, mode, session, agent, code) => {
  const { attach } = setUp();
  expect(await refused(attach(mode, session, agent))).toBe(code);
});

test("another agent's terminal is none of this one's", async () => {
  const { attach } = setUp();
  const { session } = await attach("write");
  expect(await refused(attach("watch", session, "gt-2"))).toBe("terminal_not_found");
});

test("as many terminals and viewers as are allowed, also when they are wanted at once; one that ended makes room", async () => {
  const { attach, opened } = setUp({ rules: { perAgent: 2, viewers: 2 } });
  const all = [attach("write"), attach("write"), attach("write")];
  expect(await Promise.all(all.map(refused))).toEqual(["given", "given", "too_many_terminals"]);
  await attach("watch");
  expect(await refused(attach("watch"))).toBe("too_many_viewers");
  opened[0]?.end("its program ended");
  await Promise.resolve();
  expect(await refused(attach("write"))).toBe("given");
});

test("a town has a cap as well", async () => {
  const { attach } = setUp({ rules: { perTown: 1 } });
  await attach("write");
  expect(await refused(attach("write"))).toBe("too_many_terminals");
});

test("what a writer types is typed; a watcher, a stranger, and too much of it are not, and are told so", async () => {
  const { attach, terminal, opened, told } = setUp();
  const { session, viewer } = await attach("write");
  const watcher = (await attach("watch")).viewer;
  terminal(session).type(viewer, "ls\r");
  terminal(session).type(watcher, "rm\r");
  terminal(session).type("stranger", "rm\r");
  terminal(session).type(viewer, "x".repeat(terminalLimits.inputBytes + 1));
  expect(opened[0]?.typed).toEqual(["ls\r"]);
  expect(told).toEqual([
    { session, is: "dropped", viewer: watcher, message: "this viewer only watches" },
    { session, is: "dropped", viewer: "stranger", message: "this viewer is not known any more" },
    { session, is: "dropped", viewer, message: "more than 16384 bytes at once are not typed" },
  ]);
});

test("a program that does not read is told of, and the terminal lives on", async () => {
  const { attach, terminal, told } = setUp({ full: true });
  const { session, viewer } = await attach("write");
  terminal(session).type(viewer, "a");
  expect(told).toMatchObject([{ is: "dropped", message: "the program does not read what is typed" }]);
  expect(terminal(session).end).toBeNull();
});

test("who looks sees which are open, whose, how many are at them and when they were used", async () => {
  const { attach, terminals, terminal, opened } = setUp();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T10:00:00Z") });
  onTestFinished(() => void vi.useRealTimers());
  const { session, viewer } = await attach("write");
  await attach("watch");
  const view = {
    session,
    agent: "gt-1",
    program: "shell",
    openedAt: "2026-11-23T10:00:00.000Z",
    openedBy: "user:writer",
    size: { cols: 80, rows: 24 },
    writers: 1,
    watchers: 1,
    lastOutputAt: null,
    lastTypedAt: null,
  };
  expect(terminals.list("gt-1")).toEqual([view]);
  vi.setSystemTime(new Date("2026-11-23T10:00:05Z"));
  opened[0]?.onOutput("$ ");
  terminal(session).type(viewer, "a");
  terminal(session).detach(viewer);
  const now = "2026-11-23T10:00:05.000Z";
  expect(terminals.list("all")).toEqual([{ ...view, writers: 0, lastOutputAt: now, lastTypedAt: now }]);
  expect(terminals.list("gt-2")).toEqual([]);
  opened[0]?.end("its program ended");
  await Promise.resolve();
  expect(terminals.list("all")).toEqual([]);
});

test("who is not at it can end it, once; all are told who did", async () => {
  const { attach, terminals, told } = setUp();
  const { session } = await attach("write");
  const { end } = terminalHandlers(terminals, logger).requests;
  expect(await end(at(session, "gt-2"), { actor: "user:ann" })).toEqual({ known: false });
  expect(await end(at(session), { actor: "user:ann" })).toEqual({ known: true });
  expect(told).toEqual([{ session, is: "ended", end: { code: "closed", message: "user:ann closed it" } }]);
  expect(await end(at(session), { actor: "user:ann" })).toEqual({ known: false });
});

test("a watcher neither resizes nor closes", async () => {
  const { attach, terminal, told } = setUp();
  const { session, viewer } = await attach("write");
  const watcher = (await attach("watch")).viewer;
  const size = { cols: 100, rows: 30 };
  expect(await terminal(session).resize(watcher, size)).toBe(false);
  expect(await terminal(session).closeFor(watcher)).toBe(false);
  expect(await terminal(session).resize(viewer, size)).toBe(true);
  expect(terminal(session).size).toEqual(size);
  expect(told).toEqual([{ session, is: "resized", size }]);
  expect(await terminal(session).closeFor(viewer)).toBe(true);
  expect(terminal(session).end).toMatchObject({ code: "closed" });
});

test("only what a person types is use: no open terminal, no keep-alive, no output, no answer of the terminal itself", async () => {
  const { attach, terminal, opened, used } = setUp();
  const { session, viewer } = await attach("write");
  const watcher = (await attach("watch")).viewer;
  terminal(session).keep(viewer);
  terminal(session).keep(watcher);
  opened[0]?.onOutput("tick\n");
  terminal(session).type(watcher, "a");
  terminal(session).type(viewer, "\x1b[12;40R");
  terminal(session).read(0);
  await terminal(session).resize(viewer, { cols: 90, rows: 25 });
  expect(used).toEqual([]);
  terminal(session).type(viewer, "a");
  expect(used).toEqual(["gt-1"]);
});

test.each([
  { given: "kept and in use", use: { kept: 0, wrote: 0 }, end: null },
  { given: "nobody looks for ten minutes", use: { wrote: 0 }, end: "unattended" },
  { given: "nothing happens for an hour", use: { kept: 0 }, end: "idle" },
  { given: "nobody looks, but not for long", use: { left: 9, wrote: 0 }, end: null },
])("time: $given", async ({ use, end }) => {
  const { attach, terminals, terminal, opened } = setUp();
  const { session, viewer } = await attach("write");
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const start = Date.now();
  const later = start + 62 * 60_000;
  for (let now = start; now < later && terminal(session).end === null; now += 60_000) {
    vi.setSystemTime(now);
    if ("kept" in use || ("left" in use && now < later - (use.left ?? 0) * 60_000)) terminal(session).keep(viewer);
    if ("wrote" in use) opened[0]?.onOutput(".");
    await terminals.sweep(now);
  }
  expect(terminal(session).end?.code ?? null).toBe(end);
  await terminals.close({ code: "host_stopped", message: "the test ended" });
});

test("what is over can be read to its end for a while, and is forgotten then", async () => {
  const { attach, terminals, terminal, opened, told } = setUp();
  const { session, viewer } = await attach("write");
  opened[0]?.onOutput("bye\r\n");
  opened[0]?.end("its program ended");
  await Promise.resolve();
  const end = { code: "exited", message: "its program ended" } as const;
  expect(told).toEqual([
    { session, is: "output", seq: 1, data: "bye\r\n" },
    { session, is: "ended", end },
  ]);
  expect(terminal(session).read(0)).toEqual({ frames: [{ seq: 1, data: "bye\r\n" }], gap: null, last: 1, end });
  terminal(session).type(viewer, "x");
  expect(opened[0]?.typed).toEqual([]);
  await terminals.sweep(Date.now() + 61_000);
  expect(terminals.known(at(session))).toBeNull();
  expect(await refused(attach("write", session))).toBe("terminal_not_found");
});

test("when the container ends all are told, and nobody gets a new one", async () => {
  const { attach, terminals, told } = setUp();
  const { session } = await attach("write");
  const late = attach("write");
  const end = { code: "host_stopped", message: "the container is stopped" } as const;
  await terminals.close(end);
  const other = await late;
  expect(told).toEqual([
    { session, is: "ended", end },
    { session: other.session, is: "ended", end },
  ]);
  expect(await refused(attach("write"))).toBe("agent_not_running");
});
