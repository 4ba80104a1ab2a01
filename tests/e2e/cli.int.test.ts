import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newEnvelope, publish, publishOutput } from "@gastown/bus";
import { serviceCrashed } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { useCli } from "./run-cli.ts";
import { adminToken, makeRepository, useTownAndGateway } from "./town-and-gateway.ts";

const gateway = useTownAndGateway();

const { start, gastown, json, failure } = useCli(gateway);

beforeAll(async () => {
  await gastown("town", "create", "lab", "--name", "Lab");
  const source = await makeRepository(gateway.folder, "source");
  await gastown("rig", "add", "site", source);
  await eventually(async () => (await json("rig", "ls")).data.items[0].state === "ready", { timeoutMs: 30_000 });
});

describe("reads and writes", () => {
  test("town and rig", async () => {
    expect((await json("town", "ls")).data.items).toMatchObject([{ town: "lab", name: "Lab" }]);
    expect(await json("town", "set", "--policy", "maxPolecatsPerRig=2", "--policy", "codeReview=false")).toMatchObject({
      data: { policyOverride: { maxPolecatsPerRig: 2, codeReview: false } },
    });
    const { out } = await gastown("rig", "ls");
    expect(out).toMatch(/^site\tready\tmain\t-\thttp:\S+\n$/);
  });

  test("bead: create, show, ls, ready, hold, resume, close, history, explain", async () => {
    const made = await json("bead", "create", "Fix it", "-b", "All of it.", "-p", "high", "-l", "ui,urgent", "--held");
    expect(made).toMatchObject({
      seq: expect.any(Number),
      data: {
        title: "Fix it",
        body: "All of it.",
        priority: "high",
        labels: ["ui", "urgent"],
        held: true,
        rig: "site",
      },
    });
    const { bead } = made.data;
    const shown = await gastown("bead", "show", bead);
    expect(shown.out).toContain(`${bead}  Fix it\nstatus      open (held)`);
    expect((await json("bead", "ls", "--label", "ui", "--status", "open,closed")).data.items).toMatchObject([{ bead }]);
    expect((await json("bead", "ready")).data.items).toEqual([]);
    const second = (await json("bead", "create", "Then", "--depends-on", bead)).data;
    expect(await json("bead", "hold", second.bead)).toMatchObject({ data: { held: true } });
    expect(await json("bead", "resume", second.bead)).toMatchObject({ data: { held: false } });
    expect((await gastown("explain", second.bead)).out).toContain(bead);
    expect(await json("bead", "close", second.bead, "--reason", "not needed")).toMatchObject({
      data: { status: "closed" },
    });
    expect((await json("bead", "history", second.bead)).data.items.length).toBeGreaterThan(2);
    expect((await gastown("bead", "close", bead)).out).toMatch(new RegExp(`^${bead}\\tissue\\tclosed`));
  });

  test("a body can come from standard input", async () => {
    const { child, ended } = start(["bead", "create", "Long", "--held", "-b", "-", "--json"]);
    child.stdin.end("line one\nline two\n");
    expect(JSON.parse((await ended).out).data.body).toBe("line one\nline two\n");
  });

  test("sling, agents and their output", async () => {
    const slung = await json("sling", "--new", "Do it");
    expect(slung.data).toMatchObject({ title: "Do it", status: expect.any(String) });
    const agent = await eventually(
      async () =>
        (await json("agent", "ls")).data.items.find(({ hook }: { hook: string }) => hook === slung.data.bead) ?? null,
    );
    const line = (text: string) => ({
      at: new Date().toISOString(),
      agent: agent.agent,
      generation: 1,
      kind: "text" as const,
      text,
    });
    await publishOutput(gateway.bus, "lab", line("hello"));
    await publishOutput(gateway.bus, "lab", line("wor\u001B[2Jld"));
    expect((await gastown("logs", agent.name)).out).toMatch(/^\d\d:\d\d:\d\d hello\n\d\d:\d\d:\d\d wor\[2Jld\n$/);
    expect(await json("peek", agent.agent)).toMatchObject({
      data: { agent: { agent: agent.agent }, output: [{ text: "hello" }, {}] },
    });

    const following = start(["logs", agent.agent, "-f", "-n", "1"]);
    await eventually(() => expect(following.ran.out).toContain("ld\n"));
    await publishOutput(gateway.bus, "lab", line("and on"));
    await eventually(() => expect(following.ran.out).toContain("and on"));
    await gateway.restartGateway(() => publishOutput(gateway.bus, "lab", line("meanwhile")));
    await eventually(() => expect(following.ran.out).toContain("meanwhile"));
    following.child.kill("SIGINT");
    const { code, out } = await following.ended;
    expect({ code, lines: out.trim().split("\n").length }).toEqual({ code: 0, lines: 3 });
  });

  test("pr ls, status and version", async () => {
    expect((await json("pr", "ls")).data).toEqual({ items: [], next: null });
    const status = await gastown("status");
    for (const part of ["lab  Lab", "Rigs", "Agents", "Live beads", "Open pull requests", "as of"])
      expect(status.out).toContain(part);
    expect((await json("status")).data).toMatchObject({ town: { town: "lab" }, rigs: [{ rig: "site" }] });
    expect((await json("version")).data).toMatchObject({ cli: expect.any(String), gateway: expect.any(String) });
  });

  test("tokens", async () => {
    const made = await gastown("token", "create", "anna", "--scope", "read");
    const token = made.out.trim();
    expect(token).toMatch(/^gt_\S+$/);
    const asAnna = (args: string[]) => start(args, { env: { GASTOWN_URL: gateway.url, GASTOWN_TOKEN: token } }).ended;
    expect((await asAnna(["town", "ls"])).code).toBe(0);
    expect(await asAnna(["bead", "create", "x"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("scope write"),
    });
    const { id } = (await json("token", "ls")).data.items.find(({ name }: { name: string }) => name === "anna");
    expect(await json("token", "revoke", id)).toMatchObject({ data: { revokedAt: expect.any(String) } });
    expect((await asAnna(["town", "ls"])).code).toBe(1);
  });
});

describe("the feed", () => {
  test("to the log's end, as lines of JSON and as text", async () => {
    const { code, out } = await gastown("feed", "--from-seq", "0", "--no-follow", "--json");
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect({ code, first: lines[0] }).toMatchObject({
      code: 0,
      first: { schema_version: 1, seq: expect.any(Number), data: { type: "town.town.created" } },
    });
    const seqs = lines.map(({ seq }) => seq as number);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    const problems = await gastown("feed", "--from-seq", "0", "--no-follow", "--problems");
    expect(problems).toMatchObject({ code: 0, out: "" });
  });

  test("goes on over a gateway that restarts, without gap or repetition, until Ctrl-C", async () => {
    const following = start(["feed", "--json"]);
    const titles = () =>
      following.ran.out
        .split("\n")
        .filter((line) => line.includes('"town.bead.created"'))
        .map((line) => JSON.parse(line).data.data.view.title as string);
    await eventually(async () => {
      await json("bead", "create", "mark", "--held");
      return titles().length > 0;
    });
    await gateway.restartGateway();
    for (const title of ["a", "b", "c"]) await json("bead", "create", title, "--held");
    await eventually(() => expect(titles().slice(-3)).toEqual(["a", "b", "c"]));
    expect(titles().filter((title) => title !== "mark")).toEqual(["a", "b", "c"]);
    following.child.kill("SIGINT");
    expect(await following.ended).toMatchObject({ code: 0 });
  });

  test("status --watch shows a change by itself", async () => {
    const watching = start(["status", "--watch", "--json"]);
    await eventually(() => watching.ran.out.includes("\n"));
    await json("bead", "create", "watched", "--held");
    await eventually(() => expect(watching.ran.out).toContain("watched"));
    watching.child.kill("SIGINT");
    expect(await watching.ended).toMatchObject({ code: 0 });
  });

  test("a reader that has seen enough is no failure", async () => {
    const { child, ended } = start(["feed", "--from-seq", "0", "--no-follow"]);
    child.stdout.once("data", () => child.stdout.destroy());
    const { err } = await ended;
    expect(err).toBe("");
  });
});

describe("what goes wrong", () => {
  test.each([
    ["bead create", 2, "usage"],
    ["bead ls --limit many", 2, "usage"],
    ["sling", 2, "usage"],
    ["dlq show first", 2, "usage"],
    ["bead show gt-zzz", 3, "not_found"],
    ["--town nowhere bead ls", 3, "not_found"],
    ["pr approve site/999", 3, "pr_not_found"],
    ["peek nobody", 3, "agent_not_found"],
    ["token revoke short", 3, "not_found"],
    ["town create lab", 4, "already_exists"],
  ])("%s ends with %i", async (command, exit, code) => {
    expect(await failure(...command.split(" "))).toMatchObject({
      exit,
      code,
      told: expect.stringMatching(/^gastown: /),
    });
  });

  test("a field that the gateway refuses is named", async () => {
    const { exit, told } = await failure("town", "set", "--policy", "codeReview=perhaps");
    expect({ exit, told }).toEqual({ exit: 2, told: expect.stringContaining("policy.codeReview") });
  });

  test("no server, none named, a wrong token: 1 or 2, and what to do", async () => {
    const elsewhere = { GASTOWN_URL: "http://127.0.0.1:9", GASTOWN_TOKEN: adminToken };
    expect(await start(["town", "ls"], { env: elsewhere }).ended).toMatchObject({
      code: 1,
      err: expect.stringContaining("gastown up"),
    });
    expect(await start(["town", "ls"], { env: {} }).ended).toMatchObject({
      code: 2,
      err: expect.stringContaining("GASTOWN_URL"),
    });
    expect(
      await start(["town", "ls"], { env: { GASTOWN_URL: gateway.url, GASTOWN_TOKEN: "wrong" } }).ended,
    ).toMatchObject({ code: 1 });
    const doctor = await start(["doctor"], { env: elsewhere }).ended;
    expect(doctor).toMatchObject({ code: 1, out: expect.stringContaining("FAIL  gateway") });
  });

  test("what services told of themselves, which is no town's", async () => {
    const run = { service: "scm", run: "run-1", host: "h", pid: 7, startedAt: new Date().toISOString() };
    const data = { ...run, at: null, error: null };
    const about = { town: "_", id: "crash-run-1", actor: "service:scm", source: "/scm", data };
    await publish(gateway.bus, serviceCrashed, newEnvelope(serviceCrashed, about));
    const { code, out } = await gastown("feed", "--installation", "--problems");
    expect(code).toBe(0);
    expect(out).toMatch(/^ *\d+ {2}[\d:]+ {2}service\.crashed {6}service=scm run=run-1 host=h pid=7 .*\n$/);
  });

  test("doctor names what is not connected", async () => {
    const { code, out } = await gastown("doctor");
    expect(code).toBe(1);
    for (const line of [
      /ok {4}nats/,
      /ok {4}postgres/,
      /ok {4}town/,
      /ok {4}scm/,
      /FAIL {2}dispatcher/,
      /ok {4}crashes/,
    ])
      expect(out).toMatch(line);
  });

  test("the same key is the same bead; --verbose says the key", async () => {
    const first = await gastown("bead", "create", "Once", "--held", "--json", "--verbose");
    const key = /idempotency key: (\S+)/.exec(first.err)?.[1] ?? "";
    const again = await json("bead", "create", "Once", "--held", "--idempotency-key", key);
    expect(again.data.bead).toBe(JSON.parse(first.out).data.bead);
    const other = await failure("bead", "create", "Other", "--held", "--idempotency-key", key);
    expect(other).toMatchObject({ exit: 4, code: "idempotency_key_reused" });
  });
});

describe("where it finds things", () => {
  test("the file of a running server, from a folder below it; flags win", async () => {
    const below = join(gateway.folder, "project", "src");
    await mkdir(join(gateway.folder, "project", ".gastown"), { recursive: true });
    await mkdir(below, { recursive: true });
    await writeFile(
      join(gateway.folder, "project", ".gastown", "server.json"),
      JSON.stringify({ url: gateway.url, token: adminToken, town: "lab", pid: 1 }),
    );
    expect(await start(["rig", "ls"], { env: {}, cwd: below }).ended).toMatchObject({
      code: 0,
      out: expect.stringContaining("site"),
    });
    // Its token is never sent to another server.
    expect(await start(["rig", "ls", "--url", "http://127.0.0.1:9"], { env: {}, cwd: below }).ended).toMatchObject({
      code: 2,
      err: expect.stringContaining("no token for"),
    });
  });

  test("up and demo are the checkout's own server, with its own arguments", async () => {
    expect(await gastown("up", "--help")).toMatchObject({ code: 0, out: expect.stringContaining("--state") });
    expect(await gastown("demo", "--nonsense")).toMatchObject({ code: 2 });
  });

  const systemNode = "/usr/bin/node";
  test.runIf(existsSync(systemNode))("an older Node finds the one npm installed", async () => {
    const { child, ended } = start(["version", "--json"], { node: systemNode });
    child.stdin.end();
    const { code, out } = await ended;
    expect({ code, node: JSON.parse(out).data.node }).toEqual({ code: 0, node: expect.stringMatching(/^v2[4-9]/) });
  });

  test.runIf(existsSync(systemNode))("what an older Node is told to do the program does: it ends well", async () => {
    const { child, ran, ended } = start(["status", "--watch", "--json"], { node: systemNode });
    await eventually(() => ran.out.includes("\n"));
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0 });
  });
});
