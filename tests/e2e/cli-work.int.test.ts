import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { newEnvelope, publish } from "@gastown/bus";
import { raiseEscalation } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { useCli } from "./run-cli.ts";
import { makeRepository, useTownAndGateway } from "./town-and-gateway.ts";

const gateway = useTownAndGateway();
const { start, gastown, json, failure } = useCli(gateway);
const ship = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs/formulas/ship.toml");

// What is asked of the API itself is only what a test must wait for: a process for each look takes too long.
const read = async (path: string) => (await gateway.call(`/v1/towns/lab${path}`)).body.data;

/** A command that ends well, as a person sees it. */
async function text(...args: string[]): Promise<string> {
  const { code, out, err } = await gastown(...args);
  expect({ args, code, err }).toEqual({ args, code: 0, err: "" });
  return out;
}

beforeAll(async () => {
  await gastown("town", "create", "lab");
  const source = await makeRepository(gateway.folder, "source");
  await gastown("rig", "add", "site", source);
  await eventually(async () => (await read("/rigs/site")).state === "ready", { timeoutMs: 30_000 });
});

describe("convoys", () => {
  test("from flags, and its whole life", async () => {
    const tasks = ["--task", "site: First", "--task", "Second", "--after", "1"];
    const { data } = await json("convoy", "create", "Both", ...tasks, "--staged", "--mode", "review-and-merge");
    expect(data).toMatchObject({ title: "Both", status: "staged", mergeMode: "review-and-merge", total: 2 });
    const { convoy } = data;
    const shown = await text("convoy", "show", convoy);
    expect(shown).toContain(
      `${convoy}  Both\nstatus    staged, review-and-merge\nprogress  [....................] 0 of 2 closed`,
    );
    for (const title of ["First", "Second"]) expect(shown).toContain(title);
    const { bead } = (await json("bead", "create", "Also", "--held")).data;
    expect(await text("convoy", "add", convoy, bead)).toContain(`${convoy}\tstaged\t0/3`);
    expect(await text("convoy", "remove", convoy, bead)).toContain(`${convoy}\tstaged\t0/2`);
    expect(await json("convoy", "start", convoy)).toMatchObject({ data: { status: "active" } });
    expect(await text("convoy", "close", convoy, "--reason", "enough")).toContain(`${convoy}\tclosed`);
    expect((await json("convoy", "ls", "--status", "closed")).data.items).toMatchObject([{ convoy }]);
    expect((await json("bead", "ls", "--convoy", convoy, "--kind", "task")).data.items).toHaveLength(2);
  });

  test("from a file; what is wrong is named", async () => {
    const file = join(gateway.folder, "convoy.toml");
    await writeFile(file, 'title = "Filed"\nstaged = true\n[[tasks]]\nrig = "site"\ntitle = "Only"\n');
    const { data } = await json("convoy", "create", "--file", file);
    expect(data).toMatchObject({ title: "Filed", status: "staged", total: 1 });
    await writeFile(file, 'title = "Filed"\n[[tasks]]\nrig = "site"\ntitle = "Only"\ncost = 3\n');
    expect(await failure("convoy", "create", "-f", file)).toMatchObject({
      exit: 2,
      code: "invalid",
      told: expect.stringContaining("tasks[0].cost"),
    });
    expect(await failure("convoy", "create", "Nothing")).toMatchObject({
      exit: 2,
      told: expect.stringContaining("--task"),
    });
  });
});

test("a formula is poured, shown and walked through", async () => {
  const { bead } = (await json("bead", "create", "Rename", "--held")).data;
  const { molecule } = (await json("mol", "pour", ship, "--bead", bead, "--var", "change=rename it")).data;
  expect(await text("mol", "show", molecule)).toMatch(
    /\[>\] plan +\S+ +Plan: rename it\n {2}\[ \] build .*\(after plan\)/,
  );
  expect(await text("mol", "advance", molecule, "plan")).toMatch(/\[x\] plan[^]*\[>\] build/);
  expect(await text("bead", "show", bead)).toContain(`molecule    ${molecule}`);
  expect(await failure("mol", "pour", ship, "--bead", bead)).toMatchObject({
    exit: 2,
    told: expect.stringContaining("vars.change"),
  });
});

test("nudges, escalations and triage", async () => {
  const { bead } = (await json("sling", "--new", "Work")).data;
  const agent: string = await eventually(async () => (await read(`/beads/${bead}`)).assignee);
  const sent = await json("nudge", agent, "Look again.", "--mode", "queue", "--ttl", "10m");
  expect(sent.data).toMatchObject({ agent, mode: "queue", state: "pending" });
  expect(await text("nudges", "--agent", agent, "--state", "pending")).toMatch(
    new RegExp(`^${sent.data.nudge}\t${agent}\tpending\tqueue\t-\tuser:admin\tLook again\\.\n$`),
  );

  const raise = newEnvelope(raiseEscalation, {
    town: "lab",
    actor: `agent:${agent}`,
    source: "/test",
    data: { agent, bead, title: "Which colour?", severity: "high" },
  });
  await publish(gateway.bus, raiseEscalation, raise);
  const request: string = await eventually(
    async () => (await read("/beads?kind=triage-request")).items[0]?.bead ?? null,
  );
  expect(await text("triage", "ls")).toContain(`${request}\topen\tescalation\t${agent}\t${bead}`);
  expect(await text("triage", "resolve", request, "PROVIDE_GUIDANCE", "--notes", "Blue.")).toContain(
    "PROVIDE_GUIDANCE",
  );
  const [escalation] = (await read("/beads?type=escalation")).items;
  expect(await text("ack", escalation.bead, "--note", "Blue.")).toMatch(/\tescalation\tclosed/);
});

test("estop and thaw, one town or all; reconcile says what is decided", async () => {
  expect(await text("estop", "--reason", "bill")).toBe("lab\tstopped\tbill\n");
  // No dispatcher runs here: what starts wait for cannot be shown, and that is said beside the rest.
  expect(await gastown("status")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/STOPPED at \S+ by user:admin: bill/),
    err: expect.stringContaining("cannot be shown"),
  });
  expect((await json("thaw", "--all")).data.items).toEqual([{ town: "lab", state: "working", reason: null }]);
  expect(await failure("estop", "--all", "--town", "lab")).toMatchObject({ exit: 2 });
  expect(await failure("estop", "--town", "nowhere")).toMatchObject({ exit: 3, code: "town_not_found" });
  expect((await json("reconcile", "--dry-run")).data).toMatchObject({ dryRun: true, decisions: expect.any(Array) });
  expect(await text("reconcile")).toMatch(/^At \S+ (?:nothing is to be decided|decided)/);
});

test("settings are checked before they are sent; values of variables are never printed", async () => {
  const secret = "sk-live-0123456789-wxyz";
  const file = join(gateway.folder, "secrets.env");
  await writeFile(file, `# mine\nAPI_KEY=${secret}\nGONE=x\n`);
  const policy = ["--policy", "maxDispatchAttempts=3", "--policy", "budgetTownTokens=none"];
  const models = ["--model", "a/b", "--model", "refinery=c/d", "--instructions", "polecat=Write tests first."];
  const set = await json("town", "set", ...policy, ...models, "--env-file", file, "--unset-env", "GONE");
  expect(set.data).toMatchObject({
    model: "a/b",
    models: { refinery: "c/d" },
    instructions: { polecat: "Write tests first." },
    env: { API_KEY: "****wxyz" },
    policyOverride: { maxDispatchAttempts: 3, budgetTownTokens: null },
  });
  expect(set.data.env).not.toHaveProperty("GONE");
  const rig = await gastown(
    "rig",
    "set",
    "site",
    "--env",
    `API_KEY=${secret}`,
    "--policy",
    "codeReview=false",
    "--verbose",
  );
  expect(rig).toMatchObject({ code: 0, out: expect.stringContaining("site\tready") });
  expect(rig.out + rig.err + JSON.stringify(set)).not.toContain(secret.slice(0, 12));
  expect(await failure("town", "set", "--policy", "speed=9")).toMatchObject({
    exit: 2,
    code: "invalid",
    told: expect.stringContaining("policy.speed is no field"),
  });

  const all = await text("policy", "--rig", "site");
  expect(all).toContain("maxDispatchAttempts\t3\t5\ttown\n");
  expect(all).toContain("codeReview\tfalse\ttrue\trig\n");
  expect(all).toContain("heartbeatLostMs\t90000\t90000\tdefault\n");
  expect(all.trim().split("\n")).toHaveLength(Object.keys((await read("")).policy).length);
});

test("dead letters are listed, shown, sent again and thrown away", async () => {
  const broken = newEnvelope(raiseEscalation, {
    town: "lab",
    actor: "user:x",
    source: "/test",
    data: { title: "x" },
  });
  await publish(gateway.bus, raiseEscalation, { ...broken, type: "town.escalation.dance" });
  const letters = async () => (await gateway.call("/v1/dead-letters")).body.data.items;
  const seq: number = await eventually(async () => (await letters())[0]?.seq ?? null);
  expect((await json("dlq", "ls", "--town", "lab")).data.items).toMatchObject([{ seq }]);
  expect(await text("dlq", "show", String(seq))).toContain('"type": "town.escalation.dance"');
  expect(await text("dlq", "retry", "--all")).toBe(`${seq}\tsent again\t\n`);
  const again: number = await eventually(async () => (await letters())[0]?.seq ?? null);
  expect(again).toBeGreaterThan(seq);
  expect(await failure("dlq", "drop", "--town", "lab")).toMatchObject({ exit: 2, code: "not_confirmed" });
  expect((await json("dlq", "drop", "--all", "--yes")).data).toEqual({ done: [again], failed: [] });
  expect(await gastown("dlq", "retry", String(again))).toMatchObject({
    code: 1,
    out: expect.stringContaining("failed"),
  });
});

test("replay shows the town as it was, and whether today follows", async () => {
  const now = /^lab after entry \d+ of \S+; \d+ entries were replayed\ndeterministic: yes\nfollows today: yes\n/;
  await eventually(async () => expect(await text("replay")).toMatch(now));
  expect((await json("replay", "--at", "entry:1")).data).toMatchObject({ entry: 1, followsToday: null, beads: [] });
  expect((await json("replay", "--at", "2020-01-01T00:00:00Z")).data).toMatchObject({ entries: 0, beads: [] });
  expect(await failure("replay", "--at", "yesterday")).toMatchObject({
    exit: 2,
    told: expect.stringContaining("entry:N"),
  });
});

test("explain says why, what moves it, and when it is looked at", async () => {
  const { bead } = (await json("bead", "create", "Wait", "--held")).data;
  await eventually(async () => (await read(`/beads/${bead}/explain`)).movesWhen.length > 0);
  const said = await text("explain", bead);
  expect(said).toMatch(new RegExp(`^${bead} is open\\. `));
  expect(said).toContain("It moves when:\n");
  expect(said).toMatch(/No time is set|The town looks again at/);
});

test("what is deleted is asked about first, unless --yes; where nobody can be asked, it says so", async () => {
  const made = await Promise.all(["A", "B"].map((title) => json("bead", "create", title, "--held")));
  const [a, b] = made.map(({ data }) => data.bead as string);
  if (a === undefined || b === undefined) throw new Error("two were made");
  expect(await failure("bead", "rm", a)).toMatchObject({ exit: 2, told: expect.stringContaining("--yes") });
  expect(await gastown("bead", "rm", a, "gt-zzz", "-y")).toMatchObject({
    code: 3,
    out: `${a}\n`,
    err: expect.stringContaining("gt-zzz"),
  });
  await json("bead", "close", b);
  expect((await json("bead", "rm", "--status", "closed", "--rig", "site", "--yes")).data.deleted).toContain(b);
  expect(await failure("rig", "rm", "site", "--yes")).toMatchObject({ exit: 4, code: "wrong_state" });
  expect(await text("rig", "rm", "site", "--force", "--yes")).toMatch(/^rig site is removed, and \d+ beads with it\n$/);
  const asked = start(["town", "rm", "lab"]);
  asked.child.stdin.end("lab\n");
  expect(await asked.ended).toMatchObject({ code: 2, err: expect.stringContaining("Nobody can be asked") });
  expect(await text("town", "rm", "lab", "--yes")).toBe("town lab is deleted\n");
  expect((await json("town", "ls")).data.items).toEqual([]);
});
