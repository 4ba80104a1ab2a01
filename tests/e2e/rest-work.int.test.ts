import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask, newEnvelope, publish, sendCommand } from "@gastown/bus";
import { raiseEscalation, repoCredential, reportContainerAgent } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { git, makeRepository, useTownAndGateway } from "./town-and-gateway.ts";

const gateway = useTownAndGateway();
const at = "/v1/towns/acme";
const call: typeof gateway.call = (path, options) => gateway.call(path.startsWith("/v1/") ? path : at + path, options);
const ship = readFileSync(new URL("../../docs/formulas/ship.toml", import.meta.url), "utf8");

/** What a request that must be carried out answers. */
async function done(path: string, options: Parameters<typeof call>[1] = {}) {
  const { status, body } = await call(path, options);
  expect({ path, status, problem: status < 300 ? null : body }).toEqual({ path, status, problem: null });
  return body.data;
}

async function addRig(rig: string, prefix: string, source: string): Promise<void> {
  await done("/rigs", { body: { rig, prefix, source } });
  await eventually(async () => (await done(`/rigs/${rig}`)).state === "ready", { timeoutMs: 30_000 });
}

function heldBead(title: string, more: object = {}): Promise<{ bead: string }> {
  return done("/beads", { body: { rig: "site", title, held: true, ...more } });
}

function patch(path: string, body: object, headers: Record<string, string> = {}) {
  return call(path, { method: "PATCH", body, headers });
}

function statuses(beads: { bead: string; status: string }[]) {
  return beads.map(({ bead, status }) => [bead, status]);
}

function token(value: string): object {
  return { env: { TOKEN: value } };
}

/** An agent that was given work. */
async function workingAgent(): Promise<string> {
  const { bead } = await done("/sling", { body: { rig: "site", title: "Work" } });
  return eventually(async () => (await done(`/beads/${bead}`)).assignee as string | null);
}

beforeAll(async () => {
  await done("/v1/towns", { body: { town: "acme", name: "Acme" } });
  const source = await makeRepository(gateway.folder, "source");
  await Promise.all([addRig("site", "gt", source), addRig("api", "ap", source)]);
});

describe("convoys", () => {
  const tasks = [
    { rig: "site", title: "The form" },
    { rig: "api", title: "The mail", dependsOn: [0] },
  ];

  test("are made, shown, changed, started and closed", async () => {
    const made = await call("/convoys", { body: { title: "Log in by mail", staged: true, tasks } });
    expect(made).toMatchObject({
      status: 201,
      body: { data: { title: "Log in by mail", status: "staged", total: 2, closed: 0, failed: 0 } },
    });
    const { convoy, beads } = made.body.data;
    const path = `/convoys/${convoy}`;
    expect(made.headers.get("location")).toBe(at + path);
    expect((await done("/convoys?status=staged")).items).toMatchObject([{ convoy }]);
    expect((await done("/convoys?status=landed,failed")).items).toEqual([]);
    expect((await done(`/beads?convoy=${convoy}&kind=task`)).items).toMatchObject([
      { bead: beads[1], convoy, dependsOn: [beads[0]] },
      { bead: beads[0], convoy, kind: "task" },
    ]);

    const { bead } = await heldBead("Also this");
    expect(await done(`${path}/beads`, { body: { beads: [bead] } })).toMatchObject({
      beads: [...beads, bead],
      total: 3,
    });
    expect(await done(`${path}/beads/${bead}`, { method: "DELETE" })).toMatchObject({ beads, total: 2 });
    expect(await done(`${path}/start`, { method: "POST" })).toMatchObject({ status: "active" });
    expect(await call(`${path}/start`, { method: "POST" })).toMatchObject({
      status: 409,
      body: { code: "wrong_state" },
    });
    expect(await done(`${path}/close`, { body: { reason: "enough" } })).toMatchObject({ status: "closed" });
  });

  test("that cannot be are refused, with the field and the reason", async () => {
    const convoyOf = (...of: object[]) => call("/convoys", { body: { title: "x", tasks: of } });
    expect(await convoyOf({ rig: "site", title: "a", cost: 3 })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "tasks[0].cost", reason: "is not a field of this request" }] },
    });
    expect(await convoyOf()).toMatchObject({ status: 400, body: { errors: [{ field: "tasks" }] } });
    expect(await convoyOf({ rig: "none", title: "a" })).toMatchObject({ status: 404, body: { code: "rig_not_found" } });
    expect(
      await convoyOf({ rig: "site", title: "a", dependsOn: [1] }, { rig: "site", title: "b", dependsOn: [0] }),
    ).toMatchObject({ status: 409, body: { code: "dependency_cycle" } });
    expect(await call("/convoys/hq-zzz")).toMatchObject({ status: 404 });
    for (const [path, options] of [
      ["start", { method: "POST" }],
      ["close", { body: {} }],
      ["beads", { body: { beads: ["gt-1"] } }],
      ["beads/gt-1", { method: "DELETE" }],
    ] as const)
      expect({ path, ...(await call(`/convoys/hq-zzz/${path}`, options)) }).toMatchObject({
        path,
        status: 404,
        body: { code: "convoy_not_found" },
      });
  });
});

test("a formula is poured over a bead and walked through; what is wrong with it is named", async () => {
  const { bead } = await heldBead("Rename it");
  const pour = (vars: object, formula = ship) => call(`/beads/${bead}/molecule`, { body: { formula, vars } });
  expect(await pour({})).toMatchObject({ status: 400, body: { errors: [{ field: "vars.change" }] } });
  expect(await pour({}, "name = ")).toMatchObject({
    status: 400,
    body: { errors: [{ field: "formula", reason: expect.stringMatching(/^line 1, /) }] },
  });
  const made = await pour({ change: "rename the flag" });
  expect(made).toMatchObject({ status: 201, body: { data: { formula: "ship", source: bead, status: "active" } } });
  const { molecule, steps } = made.body.data;
  expect(steps).toMatchObject([
    { step: "plan", title: "Plan: rename the flag", state: "ready" },
    { step: "build", state: "waiting", needs: ["plan"] },
    { step: "test" },
    { step: "document" },
    { step: "hand-in", needs: ["test", "document"] },
  ]);
  expect((await call(`/beads/${bead}`)).body.data).toMatchObject({ molecule });
  const advance = (step: string) => call(`/molecules/${molecule}/advance`, { body: { step } });
  expect(await advance("hand-in")).toMatchObject({ status: 409, body: { code: "wrong_state" } });
  expect(await advance("nothing")).toMatchObject({ body: { code: expect.any(String), advice: expect.any(String) } });
  expect((await advance("plan")).body.data.steps).toMatchObject([{ state: "done" }, { state: "ready" }, {}, {}, {}]);
  expect((await done(`/molecules/${molecule}`)).steps).toMatchObject([
    { state: "done" },
    { state: "ready" },
    {},
    {},
    {},
  ]);
  expect(await call("/molecules/gt-zzz")).toMatchObject({ status: 404 });
  expect(await call("/molecules/gt-zzz/advance", { body: { step: "plan" } })).toMatchObject({
    status: 404,
    body: { code: "molecule_not_found" },
  });
});

describe("agents and people", () => {
  test("a nudge is stored once and listed with its state", async () => {
    const agent = await workingAgent();
    const body = { agent, message: "Look at the log.", mode: "queue", ttlMs: 60_000 };
    const headers = { "idempotency-key": "nudge-1" };
    const sent = await call("/nudges", { body, headers });
    expect(sent).toMatchObject({ status: 201, body: { data: { agent, message: body.message, state: "pending" } } });
    const again = await call("/nudges", { body, headers });
    expect(again.body.data.nudge).toBe(sent.body.data.nudge);
    expect((await done(`/nudges?agent=${agent}&state=pending,delivered`)).items).toMatchObject([
      { nudge: sent.body.data.nudge, source: "user:admin" },
    ]);
    expect((await done("/nudges?state=expired")).items).toEqual([]);
    expect(await call("/nudges", { body: { ...body, agent: "gt-zzz" } })).toMatchObject({
      status: 404,
      body: { code: "agent_not_found" },
    });
    expect(await call("/nudges", { body: { ...body, ttlMs: 1 } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "ttlMs" }] },
    });
  });

  test("an escalation is listed and taken; a triage request answered", async () => {
    const agent = await workingAgent();
    const { hook } = await done(`/agents/${agent}`);
    const raise = newEnvelope(raiseEscalation, {
      town: "acme",
      actor: `agent:${agent}`,
      source: "/test",
      data: { agent, bead: hook, title: "Which colour?", severity: "high" },
    });
    expect(await sendCommand(gateway.bus, raiseEscalation, raise, { timeoutMs: 20_000 })).toMatchObject({
      outcome: "applied",
    });
    const [escalation] = (await done("/beads?type=escalation")).items;
    expect(escalation).toMatchObject({
      title: "Which colour?",
      escalation: { severity: "high", acknowledgedAt: null },
    });
    const request = await eventually(async () => (await done("/beads?kind=triage-request")).items[0] ?? null);
    expect(request.triage).toMatchObject({ agent, resolution: null, options: expect.any(Array) });
    expect(await call(`/beads/${request.bead}/resolve`, { body: { action: "DANCE" } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "action" }] },
    });
    const answered = await done(`/beads/${request.bead}/resolve`, {
      body: { action: "PROVIDE_GUIDANCE", notes: "Blue." },
    });
    expect(answered.triage.resolution).toEqual({ action: "PROVIDE_GUIDANCE", notes: "Blue." });

    for (let twice = 0; twice < 2; twice++)
      expect(await done(`/beads/${escalation.bead}/acknowledge`, { body: { note: "Blue." } })).toMatchObject({
        status: "closed",
        escalation: { acknowledgedAt: expect.any(String) },
      });
    for (const [path, body] of [
      ["acknowledge", {}],
      ["resolve", { action: "RESTART" }],
    ] as const)
      expect({ path, ...(await call(`/beads/gt-zzz/${path}`, { body })) }).toMatchObject({ path, status: 404 });
  });
});

describe("safety", () => {
  test("a stopped town says so and why, until it is thawed", async () => {
    const stopped = await done("/estop", { body: { reason: "bill" } });
    expect(stopped.stopped).toEqual({ at: expect.any(String), by: "user:admin", reason: "bill" });
    const { bead } = await done("/beads", { body: { rig: "site", title: "Not now" } });
    await eventually(async () => (await done(`/beads/${bead}/explain`)).reasons.length > 0);
    expect(await done("/thaw", { method: "POST" })).toMatchObject({ stopped: null });
    await done(`/beads/${bead}/close`, { body: {} });
  });

  test("a dry run says what would be decided; a real one orders it", async () => {
    const { bead } = await heldBead("Wait");
    const { items: before } = await done(`/beads/${bead}/history`);
    const dry = await done("/reconcile?dryRun=true", { method: "POST" });
    expect(dry).toMatchObject({ dryRun: true, decisions: expect.any(Array), settled: true });
    expect(dry.waiting.map((one: { bead: string }) => one.bead)).toContain(bead);
    expect((await done(`/beads/${bead}/history`)).items).toEqual(before);
    expect(await done("/reconcile", { method: "POST" })).toMatchObject({ dryRun: false, settled: true });
    for (const path of ["estop", "thaw", "reconcile"])
      expect(await call(`/v1/towns/nowhere/${path}`, { method: "POST" })).toMatchObject({
        status: 404,
        body: { code: "town_not_found" },
      });
    expect(await call("/v1/towns/nowhere/reconcile?dryRun=true", { method: "POST" })).toMatchObject({ status: 404 });
  });
});

describe("settings", () => {
  const secret = "sk-live-0123456789-wxyz";

  test("variables are sealed, shown as hints, kept by their hint and removed by null", async () => {
    const set = await patch("", { env: { API_KEY: secret, MODE: "x" } });
    expect(set).toMatchObject({ status: 200, body: { data: { env: { API_KEY: "****wxyz", MODE: "****" } } } });
    const kept = await patch("", { env: { API_KEY: "****wxyz", MODE: null }, name: "ACME" });
    expect(kept.body.data).toMatchObject({ name: "ACME", env: { API_KEY: "****wxyz" } });
    expect(kept.body.data.env).not.toHaveProperty("MODE");
    expect(await patch("/rigs/site", { env: { API_KEY: secret } })).toMatchObject({
      status: 200,
      body: { data: { env: { API_KEY: "****wxyz" } } },
    });
    const said = JSON.stringify([await done("/events?limit=500"), await done("/log?limit=200"), await done("")]);
    expect(said).not.toContain(secret.slice(0, 12));
    expect(await patch("", { env: { API_KEY: "****abcd" } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "env.API_KEY" }] },
    });
    expect(await patch("", { env: { GIT_DIR: "x" } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "env.GIT_DIR", reason: "is reserved" }] },
    });
  });

  test("the same key is the same change, though sealing differs; another value under it is another request", async () => {
    const headers = { "idempotency-key": "env-1" };
    expect((await patch("", token("first"), headers)).status).toBe(200);
    expect((await patch("", token("first"), headers)).status).toBe(200);
    expect(await patch("", token("second"), headers)).toMatchObject({
      status: 409,
      body: { code: "idempotency_key_reused" },
    });
  });

  test("models, instructions, every number, and what a rig sets for itself", async () => {
    const view = await done("");
    // Every number the town has now, given back, is taken as its own.
    const all = await patch("", { policy: view.policy });
    expect(all.body.data.policyOverride).toEqual(view.policy);
    expect(
      await patch("", { models: { refinery: "a/b" }, instructions: { polecat: "Write tests first." } }),
    ).toMatchObject({
      body: { data: { models: { refinery: "a/b" }, instructions: { polecat: "Write tests first." } } },
    });
    const rig = await patch("/rigs/site", { policy: { codeReview: false }, check: "true", requiredApprovals: 0 });
    expect(rig.body.data).toMatchObject({ policyOverride: { codeReview: false }, check: "true" });
    expect((await patch("/rigs/site", { policy: null, check: null })).body.data).toMatchObject({
      policyOverride: {},
      check: null,
    });
    expect(await patch("/rigs/site", { policy: { heartbeatLostMs: 1 } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "policy.heartbeatLostMs" }] },
    });
    expect(await patch("/rigs/none", { check: null })).toMatchObject({ status: 404, body: { code: "rig_not_found" } });
  });
});

test("a person's pull request is opened, adopted and merged; one nobody follows is not", async () => {
  // The local forge takes pushes to branches of this kind alone.
  const branch = "gt/anna/fix-readme";
  const { bead } = await heldBead("x");
  const asked = { town: "acme", data: { rig: "site", agent: bead } };
  const { data: access } = await ask(gateway.bus, repoCredential, asked);
  const clone = new URL(access.url);
  [clone.username, clone.password] = [access.username, access.password];
  await git(gateway.folder, "clone", "-q", clone.href, "mine");
  const work = join(gateway.folder, "mine");
  await git(work, "checkout", "-q", "-b", branch);
  await writeFile(join(work, "README.md"), "# mine\n");
  await git(work, "commit", "-q", "-a", "-m", "Mine");
  await git(work, "push", "-q", "origin", branch);
  await patch("", { policy: { autoMerge: false, codeReview: false } });

  const open = (head: string) => call("/rigs/site/pulls", { body: { head, title: "Mine" } });
  const opened = await open(branch);
  expect(opened).toMatchObject({ status: 201, body: { data: { head: branch, base: "main", bead: null } } });
  const path = `/rigs/site/pulls/${opened.body.data.number}`;
  expect(opened.headers.get("location")).toBe(at + path);
  expect(await open(branch)).toMatchObject({ status: 409, body: { code: "already_exists" } });
  expect(await open("no-such-branch")).toMatchObject({ status: 400, body: { code: "invalid" } });
  await eventually(async () => (await done(path)).state === "ready");

  expect(await call(`${path}/merge`, { method: "POST" })).toMatchObject({
    status: 409,
    body: { code: "not_followed", advice: expect.stringContaining("adopt") },
  });
  const adopted = await done(`${path}/adopt`, { method: "POST" });
  expect(adopted).toMatchObject({ type: "merge_request", mergeRequest: { adopted: true } });
  await eventually(async () => (await done(path)).bead === adopted.bead);
  expect(await call(`${path}/merge`, { body: { expectedHead: "0".repeat(40) } })).toMatchObject({
    status: 409,
    body: { code: "stale" },
  });
  await done(`${path}/merge`, { method: "POST" });
  await eventually(async () => (await done(path)).state === "merged");
  await eventually(async () => (await done(`/beads/${adopted.bead}`)).status === "closed");
  expect(await call("/rigs/site/pulls/999/merge", { method: "POST" })).toMatchObject({ status: 404 });
});

test("a dead letter is shown, sent again, and thrown away", async () => {
  const broken = newEnvelope(reportContainerAgent, {
    town: "acme",
    actor: "service:test",
    source: "/test",
    data: { agent: "gt-1", generation: 1, state: "running", reason: "", at: new Date().toISOString() },
  });
  // The town has no such command; nobody else looks at its stream.
  await publish(gateway.bus, raiseEscalation, { ...broken, type: "town.escalation.dance" });
  const letters = async () => (await done("/v1/dead-letters?town=acme")).items;
  const [letter] = await eventually(async () => ((await letters()).length > 0 ? letters() : null));
  const path = `/v1/dead-letters/${letter.seq}`;
  expect(await done(path)).toEqual(letter);
  expect(await done(`${path}/retry`, { method: "POST" })).toEqual(letter);
  expect(await call(path)).toMatchObject({ status: 404, body: { code: "dead_letter_not_found" } });
  const [again] = await eventually(async () => ((await letters()).length > 0 ? letters() : null));
  expect(again).toMatchObject({ body: letter.body, streamSeq: expect.any(Number) });
  expect(again.seq).toBeGreaterThan(letter.seq);
  expect(await done(`/v1/dead-letters/${again.seq}`, { method: "DELETE" })).toEqual(again);
  expect(await call(`/v1/dead-letters/${again.seq}`, { method: "DELETE" })).toMatchObject({ status: 404 });
  expect(await letters()).toEqual([]);
});

describe("replay", () => {
  test("today follows from the stored inputs; an older state is shown as it was", async () => {
    const today = await eventually(async () => {
      const replayed = await done("/replay?limit=200");
      expect(replayed).toMatchObject({ followsToday: true });
      // What was decided between the two looks is in the second one only.
      const beads = (await done("/beads?limit=200")).items.filter(({ type }: { type: string }) => type !== "agent");
      expect(statuses(replayed.beads)).toEqual(statuses(beads));
      return replayed;
    });
    expect(today).toMatchObject({ deterministic: true, differences: [] });
    const log = await done("/log?limit=2");
    expect(log.items).toMatchObject([{ kind: "input", type: "town.town.create", actor: "user:admin" }, {}]);
    const begun = await done(`/replay?entry=${log.items[0].seq}`);
    expect(begun).toMatchObject({ entries: 1, deterministic: true, followsToday: null, beads: [] });
    expect((await done(`/replay?at=${log.items[0].at}`)).beads).toEqual([]);
    expect((await done("/log?limit=1&after=" + log.items[0].seq)).items).toMatchObject([{ seq: log.items[1].seq }]);
  });

  test("a wrong end is named; a town that is not there is 404", async () => {
    expect(await call("/replay?entry=1&seq=1")).toMatchObject({ status: 400, body: { errors: [{ field: "seq" }] } });
    expect(await call("/replay?at=yesterday")).toMatchObject({ status: 400, body: { errors: [{ field: "at" }] } });
    expect(await call("/replay?seq=999999")).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await call("/v1/towns/nowhere/replay")).toMatchObject({ status: 404 });
    expect(await call("/v1/towns/nowhere/log")).toMatchObject({ status: 404 });
  });
});

describe("deleting", () => {
  test("beads, by name and by status", async () => {
    const [one, two, child] = [await heldBead("One"), await heldBead("Two"), await heldBead("Child")];
    expect(await done(`/beads/${one.bead}`, { method: "DELETE" })).toEqual({
      deleted: [one.bead],
      missing: [],
      more: false,
    });
    expect(await call(`/beads/${one.bead}`)).toMatchObject({ status: 404 });
    expect(await call(`/beads/${one.bead}`, { method: "DELETE" })).toMatchObject({
      status: 404,
      body: { code: "bead_not_found" },
    });
    expect(await done("/beads/delete", { body: { beads: [one.bead, two.bead] } })).toMatchObject({
      deleted: [two.bead],
      missing: [one.bead],
    });
    await done(`/beads/${child.bead}/close`, { body: {} });
    const gone = await done("/beads/delete", { body: { status: ["closed"], rig: "site", type: ["issue"] } });
    expect(gone.deleted).toContain(child.bead);
    expect(gone).toMatchObject({ missing: [], more: false });
    expect((await done("/beads?status=closed&rig=site&type=issue")).items).toEqual([]);
    for (const [body, field] of [
      [{}, "beads"],
      [{ beads: ["gt-1"], status: ["closed"] }, "status"],
      [{ beads: ["gt-1"], rig: "site" }, "rig"],
      [{ status: ["closed"], type: ["agent"] }, "type[0]"],
    ] as const)
      expect(await call("/beads/delete", { body })).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  test("a rig with live work only by force", async () => {
    await done("/beads", { body: { rig: "api", title: "Live", held: true } });
    expect(await call("/rigs/api", { method: "DELETE" })).toMatchObject({ status: 409, body: { code: "wrong_state" } });
    expect(await done("/rigs/api?force=true", { method: "DELETE" })).toMatchObject({ rig: "api" });
    expect(await call("/rigs/api")).toMatchObject({ status: 404 });
    expect(await call("/rigs/api", { method: "DELETE" })).toMatchObject({
      status: 404,
      body: { code: "rig_not_found" },
    });
  });

  test("a town, with its tokens", async () => {
    const { token: secret } = await done("/v1/tokens", { body: { name: "keeper", scope: "write", town: "acme" } });
    const authorization = `Bearer ${secret}`;
    expect(await call("", { method: "DELETE", headers: { authorization } })).toMatchObject({ status: 403 });
    expect(await done("", { method: "DELETE" })).toEqual({ town: "acme" });
    expect(await call("")).toMatchObject({ status: 404 });
    expect(await call("", { headers: { authorization } })).toMatchObject({ status: 401 });
    expect(await call("", { method: "DELETE" })).toMatchObject({ status: 404, body: { code: "town_not_found" } });
  });
});
