import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask, consumeCommands, newEnvelope, publish, sendCommand } from "@gastown/bus";
import { agentDone, repoCredential, reportContainerAgent, type Job, startAgent, workerOf } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { git, makeRepository, silent, useTownAndGateway } from "./town-and-gateway.ts";

const gateway = useTownAndGateway();
const call: typeof gateway.call = (path, options) => gateway.call(path, options);
const jobs: Job[] = [];

// No dispatcher: this takes its commands, so that the test can do an agent's work by hand.
beforeAll(() => {
  consumeCommands(gateway.bus, {
    owner: "dispatcher",
    service: "dispatcher",
    logger: silent,
    signal: gateway.signal,
    handle: ({ envelope, descriptor }) => {
      if (descriptor.type === startAgent.type) jobs.push(envelope.data as Job);
      return Promise.resolve({ outcome: "applied" });
    },
  });
});

describe("towns", () => {
  test("are made once, shown, listed and changed", async () => {
    const made = await call("/v1/towns", { body: { town: "acme", name: "Acme" } });
    expect(made).toMatchObject({
      status: 201,
      body: { data: { town: "acme", name: "Acme", policyOverride: {}, policy: { maxPolecatsPerRig: 4 } } },
    });
    expect(made.headers.get("location")).toBe("/v1/towns/acme");
    expect(await call("/v1/towns", { body: { town: "acme", name: "Again" } })).toMatchObject({
      status: 409,
      body: { code: "already_exists" },
    });
    expect((await call("/v1/towns")).body.data).toMatchObject({ items: [{ town: "acme" }], next: null });
    const changed = await call("/v1/towns/acme", {
      method: "PATCH",
      body: { name: "ACME", policy: { autoMerge: false, codeReview: false } },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { data: { name: "ACME", policyOverride: { autoMerge: false, codeReview: false } } },
    });
    expect(
      await call("/v1/towns/acme", { method: "PATCH", body: { policy: { autoMerge: "no", speed: 9 } } }),
    ).toMatchObject({
      status: 400,
      body: {
        errors: expect.arrayContaining([
          { field: "policy.autoMerge", reason: expect.any(String) },
          { field: "policy.speed", reason: expect.any(String) },
        ]),
      },
    });
  });

  test("that do not exist are 404 everywhere", async () => {
    const rig = { rig: "site", prefix: "gt", source: "/x" };
    const bead = { rig: "site", title: "x" };
    const known = [
      "",
      "/rigs",
      "/rigs/site",
      "/beads",
      "/beads/gt-1",
      "/beads/gt-1/history",
      "/beads/gt-1/explain",
      "/agents",
      "/agents/gt-1",
      "/agents/gt-1/output",
      "/events",
    ];
    for (const path of known)
      expect({ path, ...(await call(`/v1/towns/nowhere${path}`)) }).toMatchObject({ path, status: 404 });
    for (const [path, body] of [
      ["/rigs", rig],
      ["/beads", bead],
      ["/sling", bead],
      ["/beads/gt-1/close", {}],
      ["/beads/gt-1/sling", {}],
    ] as const)
      expect({ path, ...(await call(`/v1/towns/nowhere${path}`, { body })) }).toMatchObject({
        path,
        status: 404,
        body: { code: "town_not_found" },
      });
    expect(await call("/v1/towns/nowhere", { method: "PATCH", body: { name: "x" } })).toMatchObject({
      status: 404,
      body: { code: "town_not_found" },
    });
    expect(await call("/v1/towns/nowhere/beads/gt-1", { method: "PATCH", body: { title: "x" } })).toMatchObject({
      status: 404,
      body: { code: "town_not_found" },
    });
  });
});

describe("rigs and beads", () => {
  test("a rig is added and becomes ready", async () => {
    const source = await makeRepository(gateway.folder, "source");
    const added = await call("/v1/towns/acme/rigs", {
      body: { rig: "site", prefix: "gt", source, requiredApprovals: 1 },
    });
    expect(added).toMatchObject({ status: 201, body: { data: { rig: "site", prefix: "gt", requiredApprovals: 1 } } });
    expect(added.headers.get("location")).toBe("/v1/towns/acme/rigs/site");
    await eventually(async () => (await call("/v1/towns/acme/rigs/site")).body.data.state === "ready");
    expect((await call("/v1/towns/acme/rigs")).body.data.items).toHaveLength(1);
    expect(await call("/v1/towns/acme/rigs", { body: { rig: "site", prefix: "xy", source } })).toMatchObject({
      status: 409,
      body: { code: "already_exists" },
    });
    expect(await call("/v1/towns/acme/rigs/other")).toMatchObject({ status: 404 });
  });

  test("beads are made, listed with filters, changed, held and closed; wrong states are 409", async () => {
    const first = await call("/v1/towns/acme/beads", {
      body: { rig: "site", title: "One", held: true, labels: ["ui"], priority: "high" },
    });
    expect(first).toMatchObject({
      status: 201,
      body: { seq: expect.any(Number), data: { title: "One", held: true, status: "open", createdBy: "user:admin" } },
    });
    expect(first.headers.get("gastown-seq")).toBe(String(first.body.seq));
    const { bead } = first.body.data;
    expect(first.headers.get("location")).toBe(`/v1/towns/acme/beads/${bead}`);
    const second = (
      await call("/v1/towns/acme/beads", { body: { rig: "site", title: "Two", held: true, dependsOn: [bead] } })
    ).body.data;
    expect(second).toMatchObject({ blockedBy: [bead] });

    expect(await call("/v1/towns/acme/beads", { body: { rig: "none", title: "x" } })).toMatchObject({
      status: 404,
      body: { code: "rig_not_found" },
    });
    expect(
      await call(`/v1/towns/acme/beads/${bead}`, { method: "PATCH", body: { dependsOn: [second.bead] } }),
    ).toMatchObject({ status: 409, body: { code: "dependency_cycle" } });
    const titles = async (query: string) =>
      (await call(`/v1/towns/acme/beads?type=issue&${query}`)).body.data.items.map(
        (item: { title: string }) => item.title,
      );
    expect(await titles("label=ui")).toEqual(["One"]);
    expect(await titles("status=open,closed")).toEqual(["Two", "One"]);
    expect(await titles("status=closed&status=failed")).toEqual([]);
    expect(await titles("ready=true")).toEqual([]);
    expect(await call("/v1/towns/acme/beads?status=odd")).toMatchObject({
      status: 400,
      body: { errors: [{ field: "status[0]" }] },
    });
    expect(await call("/v1/towns/acme/beads?ready=yes")).toMatchObject({
      status: 400,
      body: { errors: [{ field: "ready" }] },
    });
    const page = (await call("/v1/towns/acme/beads?type=issue&limit=1")).body.data;
    expect(page.items).toHaveLength(1);
    expect(
      (await call(`/v1/towns/acme/beads?type=issue&limit=1&after=${encodeURIComponent(page.next)}`)).body.data.items,
    ).toMatchObject([{ title: "One" }]);

    const changed = await call(`/v1/towns/acme/beads/${bead}`, { method: "PATCH", body: { title: "First" } });
    expect(changed).toMatchObject({ status: 200, body: { data: { title: "First" } } });
    const closed = await call(`/v1/towns/acme/beads/${bead}/close`, { method: "POST" });
    expect(closed).toMatchObject({ status: 200, body: { data: { status: "closed" } } });
    for (const [path, options] of [
      ["", { method: "PATCH", body: { title: "x" } }],
      ["/sling", { body: {} }],
    ] as const)
      expect({ path, ...(await call(`/v1/towns/acme/beads/${bead}${path}`, options)) }).toMatchObject({
        path,
        status: 409,
        body: { code: "wrong_state" },
      });
    for (const path of ["", "/history", "/explain"])
      expect(await call(`/v1/towns/acme/beads/gt-zzz${path}`)).toMatchObject({ status: 404 });
    for (const path of ["/close", "/sling"])
      expect(await call(`/v1/towns/acme/beads/gt-zzz${path}`, { body: {} })).toMatchObject({
        status: 404,
        body: { code: "bead_not_found" },
      });
    expect((await call(`/v1/towns/acme/beads/${bead}/history`)).body.data.items[0]).toMatchObject({
      actor: "user:admin",
      cause: expect.any(String),
    });
    expect((await call(`/v1/towns/acme/beads/${second.bead}/explain`)).body.data).toMatchObject({
      bead: second.bead,
      summary: expect.any(String),
    });
    await call(`/v1/towns/acme/beads/${second.bead}/close`, { body: { reason: "enough" } });
  });

  test("the same key is the same bead; without waiting, the command says what became of it", async () => {
    const body = { rig: "site", title: "Once", held: true };
    const headers = { "idempotency-key": "once-1" };
    const [a, b] = await Promise.all([
      call("/v1/towns/acme/beads", { body, headers }),
      call("/v1/towns/acme/beads", { body, headers }),
    ]);
    expect([a.status, b.status]).toEqual([201, 201]);
    expect(a.body.data.bead).toBe(b.body.data.bead);
    expect((await call("/v1/towns/acme/beads", { body, headers })).body.data.bead).toBe(a.body.data.bead);

    const sent = await call("/v1/towns/acme/beads", {
      body: { ...body, title: "Later" },
      headers: { prefer: "respond-async" },
    });
    expect(sent.status).toBe(202);
    const location = sent.headers.get("location") ?? "";
    const settled = await eventually(async () => {
      const { data } = (await call(location)).body;
      return data.state === "pending" ? null : data;
    });
    expect(settled).toMatchObject({
      state: "applied",
      owner: "town",
      town: "acme",
      result: { bead: expect.any(String) },
    });
    expect((await call("/v1/commands/town/acme/nothing-of-this-name")).body.data).toMatchObject({ state: "pending" });
  });

  test("agents are shown; one that does not exist is 404", async () => {
    const slung = await call("/v1/towns/acme/sling", { body: { rig: "site", title: "Edit the readme" } });
    expect(slung.status).toBe(201);
    const job = await eventually(() => jobs.find((one) => one.bead.bead === slung.body.data.bead) ?? null);
    expect((await call(`/v1/towns/acme/agents/${job.agent}`)).body.data).toMatchObject({
      role: "polecat",
      hook: slung.body.data.bead,
    });
    expect(
      (await call("/v1/towns/acme/agents?rig=site")).body.data.items.map(({ agent }: { agent: string }) => agent),
    ).toContain(job.agent);
    expect((await call(`/v1/towns/acme/agents/${job.agent}/output`)).body.data).toEqual({ items: [], next: null });
    expect(await call("/v1/towns/acme/agents/gt-zzz")).toMatchObject({ status: 404 });
    expect(await call("/v1/towns/acme/agents/gt-zzz/output")).toMatchObject({ status: 404 });
    expect(
      await call("/v1/towns/acme/sling", { body: { rig: "site", title: "Nobody", agent: "gt-zzz" } }),
    ).toMatchObject({
      status: 404,
      body: { code: "agent_not_found", detail: expect.stringContaining("is made and held") },
    });
  });
});

async function pulls(): Promise<{ number: number; headCommit: string }[]> {
  return (await call("/v1/towns/acme/pulls")).body.data.items;
}

/** Does by hand what the first job's agent would: commits, pushes, hands in. Answers the pull request that is opened. */
async function pullOfFirstJob(): Promise<{ number: number; head: string }> {
  const job = jobs.find(({ bead }) => bead.title === "Edit the readme");
  if (job === undefined) throw new Error("nobody was dispatched");
  const { agent, generation, branch } = workerOf(job);
  const actor = `agent:${agent}`;
  const { data: access } = await ask(gateway.bus, repoCredential, { town: "acme", data: { rig: "site", agent } });
  const clone = new URL(access.url);
  [clone.username, clone.password] = [access.username, access.password];
  await git(gateway.folder, "clone", "-q", clone.href, "work");
  const work = join(gateway.folder, "work");
  await git(work, "checkout", "-q", "-b", branch);
  await writeFile(join(work, "README.md"), "# edited\n");
  await git(work, "commit", "-q", "-a", "-m", "Edit the readme");
  await git(work, "push", "-q", "origin", branch);
  const head = await git(work, "rev-parse", "HEAD");
  const draft = { town: "acme", actor, source: "/test" };
  const done = newEnvelope(agentDone, {
    ...draft,
    data: { agent, generation, bead: job.bead.bead, outcome: "completed", branch, head, summary: "Done." },
  });
  expect(await sendCommand(gateway.bus, agentDone, done, { timeoutMs: 20_000 })).toMatchObject({ outcome: "applied" });
  return {
    number: await eventually(async () => (await pulls()).find(({ headCommit }) => headCommit === head)?.number ?? null),
    head,
  };
}

describe("pull requests", () => {
  test("are shown, reviewed, drafted and closed; what there is not is 404", async () => {
    const { number, head } = await pullOfFirstJob();
    const path = `/v1/towns/acme/rigs/site/pulls/${number}`;
    await eventually(async () => (await call(path)).body.data?.state === "awaiting_approval");
    expect((await call("/v1/towns/acme/pulls?state=awaiting_approval,ready")).body.data.items).toHaveLength(1);
    expect((await call("/v1/towns/acme/pulls?rig=site&state=merged")).body.data.items).toEqual([]);

    const stale = await call(`${path}/review`, { body: { verdict: "approve", expectedHead: "0".repeat(40) } });
    expect(stale).toMatchObject({ status: 409, body: { code: "stale" } });
    const approved = await call(`${path}/review`, { body: { verdict: "approve", body: "Good.", expectedHead: head } });
    expect(approved).toMatchObject({
      status: 200,
      body: { data: { reviews: [{ reviewer: "user:admin", verdict: "approve", commit: head }] } },
    });
    await eventually(async () => (await call(path)).body.data.state === "ready");
    expect(await call(`${path}/draft`, { body: { draft: true } })).toMatchObject({
      status: 200,
      body: { data: { draft: true } },
    });
    expect(await call(`${path}/draft`, { body: { draft: "yes" } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "draft" }] },
    });
    expect(await call(`${path}/close`, { method: "POST" })).toMatchObject({
      status: 200,
      body: { data: { state: "closed" } },
    });
    expect(await call(`${path}/review`, { body: { verdict: "approve" } })).toMatchObject({
      status: 409,
      body: { code: "wrong_state" },
    });

    const missing = "/v1/towns/acme/rigs/site/pulls/999";
    expect(await call(missing)).toMatchObject({ status: 404 });
    for (const [verb, body] of [
      ["review", { verdict: "approve" }],
      ["draft", { draft: true }],
      ["close", {}],
    ] as const)
      expect({ verb, ...(await call(`${missing}/${verb}`, { body })) }).toMatchObject({
        verb,
        status: 404,
        body: { code: "pr_not_found" },
      });
  });
});

test("a malformed message and an unknown one are dead letters that can be read, and nothing stops", async () => {
  const broken = newEnvelope(reportContainerAgent, {
    town: "acme",
    actor: "service:test",
    source: "/test",
    data: { agent: "gt-1", generation: 1, state: "running", reason: "", at: new Date().toISOString() },
  });
  await publish(gateway.bus, reportContainerAgent, { ...broken, type: "dispatcher.agent.dance" });
  const letters = await eventually(async () => {
    const { items } = (await call("/v1/dead-letters")).body.data;
    return items.length > 0 ? items : null;
  });
  expect(letters[0]).toMatchObject({
    service: "dispatcher",
    town: "acme",
    body: expect.stringContaining("dispatcher.agent.dance"),
  });
  expect((await call("/v1/towns/acme")).status).toBe(200);
});

test("health names every service, and which of them is not there", async () => {
  const { data } = (await call("/v1/health")).body;
  expect(data).toMatchObject({
    ok: false,
    dependencies: {
      nats: { state: "connected" },
      postgres: { state: "connected" },
      town: { state: "connected" },
      scm: { state: "connected" },
      dispatcher: { state: "not connected" },
    },
  });
  expect(await call("/v1/towns/acme/containers")).toMatchObject({ status: 503, body: { code: "service_unavailable" } });
});

test("a read's sequence and the stream fit together: what follows is exactly what happens next", async () => {
  const { seq } = (await call("/v1/towns/acme")).body;
  await call("/v1/towns/acme/beads", { body: { rig: "site", title: "After", held: true } });
  const created = async () =>
    (await call(`/v1/towns/acme/events?from=${seq}`)).body.data.items.filter(
      ({ event }: { event: { type: string; actor: string } }) =>
        event.type === "town.bead.created" && event.actor === "user:admin",
    );
  // A verdict does not wait for the events to be published.
  await eventually(async () =>
    expect(await created()).toMatchObject([{ event: { data: { view: { title: "After" } } } }]),
  );
});
