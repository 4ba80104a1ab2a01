import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { terminalLimits } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect, test, vi } from "vitest";
import { agent, patient, town, useTerminals } from "./terminal-world.ts";

vi.setConfig({ testTimeout: 120_000 });
const world = useTerminals();
const { screen, refused, ticketFor } = world;

interface Told {
  type: string;
  actor: string;
  data: { session?: string; mode?: string };
}

test("what one types is seen by all who look; who only watches is seen by nobody", async () => {
  const typist = await screen({ mode: "write" }, "?cols=90&rows=20");
  const { session, size } = await typist.frame("hello");
  expect(size).toEqual({ cols: 90, rows: 20 });
  typist.type("echo $((6*7)) in $(stty size)\r");
  await typist.shows("42 in 20 90");
  expect(typist.text()).not.toContain("OPENCODE");
  const other = await screen({ mode: "write", session }, "", 1);
  const watcher = await screen({ mode: "watch" });
  for (const one of [other, watcher]) {
    await one.shows("42 in 20 90");
    expect(await one.frame("hello")).toMatchObject({ session });
  }
  // The prompt comes behind it.
  await eventually(() => expect(watcher.text()).toBe(typist.text()), patient);

  watcher.type("touch watched\r");
  watcher.say({ type: "resize", cols: 10, rows: 10 });
  watcher.say({ type: "close" });
  await eventually(() => expect(watcher.frames.filter(({ type }) => type === "error")).toHaveLength(3), patient);
  expect(await watcher.frame("error")).toMatchObject({ code: "watch_only" });
  other.say({ type: "resize", cols: 100, rows: 30 });
  expect(await typist.frame("resized")).toEqual({ type: "resized", size: { cols: 100, rows: 30 } });
  other.type("ls watched; echo $((7*7)) in $(stty size)\r");
  await watcher.shows("49 in 30 100");
  expect(watcher.text()).toContain("No such file");

  typist.type("echo passwords-$(env | grep -c SERVER_PASSWORD)\r");
  await watcher.shows("passwords-0");
  typist.type("exit\r");
  for (const one of [typist, other, watcher]) {
    expect(await one.frame("ended")).toMatchObject({ code: "exited" });
    expect(await one.closed).toEqual({ code: 1000, reason: "exited" });
  }
});

test("who comes back gets exactly what was missed, also when all of it is not kept any more", async () => {
  const typist = await screen({ mode: "write" });
  const { session } = await typist.frame("hello");
  const away = await screen({ mode: "watch", session });
  typist.type("echo first-$((1+1))\r");
  await away.shows("first-2");
  const had = { last: away.last(), text: away.text() };
  await away.leave();
  for (const n of [1, 2, 3]) {
    typist.type(`echo missed-$((${n}+1))\r`);
    await typist.shows(`missed-${n + 1}`);
  }
  const back = await screen({ mode: "watch", session }, `?after=${had.last}`);
  await back.shows("missed-4");
  await eventually(() => expect(had.text + back.text()).toBe(typist.text()), patient);
  expect(back.frames.find(({ type }) => type === "output")?.seq).toBe(had.last + 1);
  expect(back.frames.filter(({ type }) => type === "gap")).toEqual([]);
  await back.leave();

  typist.type(`head -c ${2 * terminalLimits.ringBytes} /dev/zero | tr '\\0' x; echo; echo all-$((8+8))\r`);
  await typist.shows("all-16");
  const late = await screen({ mode: "watch", session }, `?after=${had.last}`);
  await late.shows("all-16");
  const gap = await late.frame("gap");
  expect(gap.from).toBe(had.last + 1);
  const seqs = late.frames.filter(({ type }) => type === "output").map(({ seq }) => seq as number);
  expect(seqs).toEqual(seqs.map((_, at) => gap.to + 1 + at));
  await eventually(() => expect(typist.text()).toContain(late.text().slice(-1_000)), patient);
  expect(late.text().length).toBeGreaterThan(terminalLimits.ringBytes / 2);
  typist.say({ type: "close" });
  expect(await late.frame("ended")).toMatchObject({ code: "closed" });
});

test("too much at once is refused, and what is no message; the terminal goes on", async () => {
  const typist = await screen({ mode: "write" });
  const { session } = await typist.frame("hello");
  typist.type("x".repeat(terminalLimits.inputBytes + 1));
  typist.say({ type: "input", data: "" });
  typist.ws.send("no json");
  await eventually(() => {
    const codes = typist.frames.filter(({ type }) => type === "error").map(({ code }) => code as string);
    expect(codes).toEqual(["too_large", "invalid", "invalid"]);
  }, patient);
  typist.type("echo $((6*9))\r");
  await typist.shows("54");
  expect(typist.text()).not.toContain("xxx");
  typist.type("x".repeat(20 * terminalLimits.inputBytes));
  expect(await typist.closed).toMatchObject({ code: 1009 });
  const again = await screen({ mode: "write", session });
  await again.shows("54");
  again.say({ type: "close" });
  expect(await again.frame("ended")).toMatchObject({ code: "closed" });
});

test("a ticket opens one terminal of one agent once, at any gateway; nothing else does", async () => {
  const { data } = await ticketFor({ mode: "write" });
  expect(Date.parse(data.expiresAt) - Date.now()).toBeLessThanOrEqual(30_000);
  expect(await refused(data.ticket, { of: "hq-2" })).toBe("401 ticket_refused");
  expect(await refused(data.ticket, { headers: { origin: "https://elsewhere.example" } })).toBe("403 forbidden");
  expect(await refused(data.ticket, { query: "?cols=0" })).toBe("400 invalid");
  expect(await refused(null)).toBe("401 ticket_refused");
  expect(await refused("made-up")).toBe("401 ticket_refused");
  // None of that used it up.
  const used = await world.open(data.ticket, { at: 1, headers: { origin: world.url(1) } });
  expect(await used.frame("hello")).toMatchObject({ mode: "write" });
  expect(await refused(data.ticket)).toBe("401 ticket_refused");
  used.say({ type: "close" });
  await used.closed;

  const over = (await ticketFor({ mode: "write" })).data.ticket as string;
  await world.age();
  expect(await refused(over)).toBe("401 ticket_refused");
});

test("who may only read gets no ticket to type; with a token a terminal is over as well", async () => {
  const { data: reader } = await world.call("/v1/tokens", { name: "reader", scope: "read", town });
  expect(await ticketFor({ mode: "write" }, { token: reader.token })).toMatchObject({ status: 403, code: "forbidden" });
  expect(await ticketFor({ mode: "watch" }, { of: "hq-9" })).toMatchObject({ status: 404 });
  expect(await ticketFor({ mode: "watch", session: "x" })).toMatchObject({ status: 400 });
  const typist = await screen({ mode: "write" });
  await typist.frame("hello");
  const watching = await ticketFor({ mode: "watch" }, { token: reader.token });
  const late = await ticketFor({ mode: "watch" }, { token: reader.token });
  const watcher = await world.open(watching.data.ticket);
  await watcher.frame("hello");
  await world.call(`/v1/tokens/${reader.id as string}`, undefined, world.token, "DELETE");
  expect(await watcher.closed).toMatchObject({ code: 4001 });
  expect(await refused(late.data.ticket)).toBe("401 ticket_refused");
  typist.say({ type: "close" });
  await typist.closed;
  const nothing = await screen({ mode: "watch" });
  expect(await nothing.frame("refused")).toMatchObject({ code: "terminal_not_found" });
  expect(await nothing.closed).toMatchObject({ code: 4003 });
});

test("who is at which terminal is listed and stands in the log; who is at none ends it", async () => {
  const { data: writer } = await world.call("/v1/tokens", { name: "writer", scope: "write", town });
  const { data: reader } = await world.call("/v1/tokens", { name: "looker", scope: "read", town });
  const see = (path: string, token: string, method = "GET") => world.call(path, undefined, token, method);
  const list = `/v1/towns/${town}/agents/${agent}/terminals`;
  expect(await see(list, reader.token)).toMatchObject({ status: 200, data: { items: [], next: null } });

  const typist = await world.open((await ticketFor({ mode: "write" }, { token: writer.token })).data.ticket);
  const { session } = await typist.frame("hello");
  const watcher = await world.open((await ticketFor({ mode: "watch" }, { token: reader.token })).data.ticket);
  await watcher.frame("hello");
  typist.type("echo $((6*7))\r");
  await typist.shows("42");
  const open = { session, agent, program: "shell", openedBy: "user:writer", writers: 1, watchers: 1 };
  const mine = await see(list, writer.token);
  expect(mine.data.items).toMatchObject([{ ...open, mine: true, lastTypedAt: expect.any(String) }]);
  for (const path of [list, `/v1/towns/${town}/terminals?limit=1`]) {
    const { data } = await see(path, reader.token);
    expect(data).toMatchObject({ items: [{ ...open, mine: false }], next: null });
  }
  expect(await see(`/v1/towns/${town}/agents/hq-9/terminals`, reader.token)).toMatchObject({ status: 404 });

  const one = `${list}/${session as string}`;
  expect(await see(one, reader.token, "DELETE")).toMatchObject({ status: 403 });
  expect(await see(one.replace(agent, "hq-2"), writer.token, "DELETE")).toMatchObject({ code: "terminal_not_found" });
  expect(await see(one, world.token, "DELETE")).toMatchObject({ status: 200, data: { ...open, mine: false } });
  for (const viewer of [typist, watcher])
    expect(await viewer.frame("ended")).toMatchObject({
      code: "closed",
      message: expect.stringMatching(/^user:\S+ closed it$/),
    });
  expect(await see(one, world.token, "DELETE")).toMatchObject({ status: 404, code: "terminal_not_found" });

  const { data: log } = await see(`/v1/towns/${town}/events?limit=500`, reader.token);
  const told = log.items
    .map(({ event }: { event: Told }) => event)
    .filter(({ data }: Told) => data.session === session)
    .map(({ type, actor, data: { mode = "" } }: Told) => `${type} ${mode} ${actor}`);
  expect(told).toEqual([
    "gateway.terminal.opened  user:writer",
    "gateway.terminal.joined watch user:looker",
    expect.stringMatching(/^gateway\.terminal\.closed {2}user:(?!writer|looker)/),
  ]);
});

/** The command line with something on its standard input. */
async function gastown(args: string[], typed = ""): Promise<{ code: number | null; out: string; err: string }> {
  const launcher = fileURLToPath(new URL("../../libs/cli/bin/gastown.mjs", import.meta.url));
  const env = { PATH: process.env["PATH"], GASTOWN_URL: world.url(), GASTOWN_TOKEN: world.token, GASTOWN_TOWN: town };
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  child.stdin.end(typed);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

test("the command line types what it is piped, and shows what comes of it", async () => {
  const { code, out, err } = await gastown(["attach", agent], "echo piped-$((40+2))\n");
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringMatching(/^in terminal \w{32} of hq-1\r?\n[^]*is over: its program ended\n$/),
  });
  expect(out).toContain("piped-42");
});

test("the command line lists terminals and ends one by how its id begins", async () => {
  const typist = await screen({ mode: "write" });
  const { session } = (await typist.frame("hello")) as { session: string };
  const [listed, closed] = [
    await gastown(["attach", "--list"]),
    await gastown(["attach", agent, "--close", session.slice(0, 8)]),
  ];
  expect(listed.out).toMatch(new RegExp(`^${session}\t${agent}\tshell\tuser:\\S+\t\\S+Z\t1\t0\t80x24\t`));
  expect(closed).toEqual({ code: 0, out: `terminal ${session} of ${agent} is closed\n`, err: "" });
  expect(await typist.frame("ended")).toMatchObject({ code: "closed" });
});

test("an open terminal that is kept alive is no use of its agent, typing is; once idle the container stops all the same", async () => {
  const typist = await screen({ mode: "write" });
  await typist.frame("hello");
  const active = () => Date.parse(world.beats.at(-1)?.activeAt ?? "");
  const typedAt = Date.now();
  typist.type("echo $((5*5))\r");
  await typist.shows("25");
  await eventually(() => expect(active()).toBeGreaterThanOrEqual(typedAt), patient);
  const before = { active: active(), beats: world.beats.length, pings: 0 };
  typist.ws.on("ping", () => (before.pings += 1));
  await eventually(() => world.beats.length > before.beats + 2 && before.pings > 1, patient);
  expect(active()).toBe(before.active);

  await world.dispatch({ idleStopMs: 1_000, idleStopAgainMs: 0 });
  expect(await typist.frame("ended")).toMatchObject({ code: "host_stopped" });
  await eventually(() => world.states.includes("exited"), patient);
  const after = await screen({ mode: "write" });
  // It may answer to its very end.
  expect(["agent_not_running", "unavailable"]).toContain((await after.frame("refused")).code);
  const list = `/v1/towns/${town}/terminals`;
  const none = async () => expect((await world.call(list, undefined, world.token, "GET")).data?.items).toEqual([]);
  await eventually(none, patient);
});
