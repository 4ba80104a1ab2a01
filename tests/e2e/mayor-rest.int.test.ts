import { answer, newEnvelope, sendCommand } from "@gastown/bus";
import { type AgentSeen, listContainers, listPlaces, lookAtAgent, reportAgent } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useCli } from "./run-cli.ts";
import { silent, useTownAndGateway } from "./town-and-gateway.ts";

// The mayor and the queue over REST and on the command line, with a real town and gateway; the test is the dispatcher.
const gateway = useTownAndGateway();
const { gastown, json } = useCli(gateway);
const at = "/v1/towns/hall/mayor";

/** What the dispatcher says of the mayor's newest start. */
let seen: AgentSeen | null = null;
beforeEach(() => {
  seen = null;
});
const running: AgentSeen = { generation: 1, alive: true, session: true, busy: false, container: "hall-1" };

const since = "2026-11-23T10:11:12.000Z";
const caps = { maxContainers: 2, maxAgents: 6, taken: 2, waiting: 1 };
const used = { generation: 1, since, inputTokens: 0, outputTokens: 0 };
const waits = { since, for: "container_place", refusal: null } as const;

beforeAll(async () => {
  const options = { logger: silent, signal: gateway.signal };
  answer(gateway.bus, lookAtAgent, () => Promise.resolve({ seq: null, data: { seen } }), options);
  const agents = [{ agent: "hq-1", state: "waiting", ...used, waits }];
  const containers = [{ container: "hall-1", state: "stopped" as const, seenAt: null, agents }];
  const own = { containers, places: { ...caps, ahead: 0 } };
  answer(gateway.bus, listContainers, () => Promise.resolve({ seq: 7, data: own }), options);
  const held = { town: "lake", container: "lake-3", state: "running", agents: 2, starts: 1 } as const;
  const all = { ...caps, containers: [held], towns: [{ town: "hall", since, starts: ["hq-1"] }] };
  answer(gateway.bus, listPlaces, () => Promise.resolve({ seq: null, data: all }), options);
  const { status, body } = await gateway.call("/v1/towns", { body: { town: "hall", name: "Hall" } });
  if (status !== 201) throw new Error(`the town was not made: ${JSON.stringify(body)}`);
});

/** The dispatcher tells that the mayor's first start runs. */
async function runs(agent: string): Promise<void> {
  const data = { agent, generation: 1, state: "running", reason: "", at: new Date().toISOString() } as const;
  const report = newEnvelope(reportAgent, { town: "hall", actor: "service:dispatcher", source: "/test", data });
  expect(await sendCommand(gateway.bus, reportAgent, report, { timeoutMs: 30_000 })).toMatchObject({
    outcome: "applied",
  });
}

/** The same message twice is one. */
const say = (message: string) =>
  gateway.call(`${at}/messages`, { body: { message }, headers: { "idempotency-key": "m1" } });

describe("a town's mayor", () => {
  test("there is none before somebody wants it, and none in a town that is not", async () => {
    expect(await gateway.call(at)).toMatchObject({
      status: 404,
      body: { code: "mayor_not_found", advice: expect.stringContaining("gastown mayor ensure") },
    });
    expect(await gastown("mayor", "status")).toMatchObject({ code: 3, err: expect.stringContaining("mayor ensure") });
    for (const [path, options] of [
      ["", {}],
      ["", { method: "POST" }],
      ["/messages", { body: { message: "Hello." } }],
    ] as const)
      expect(await gateway.call(`/v1/towns/nowhere/mayor${path}`, options)).toMatchObject({ status: 404 });
  });

  test.each([
    ["an empty message", { message: "  " }, "message"],
    ["a long message", { message: "x".repeat(12_001) }, "message"],
    ["a long context", { message: "x", context: "y".repeat(12_001) }, "context"],
  ])("%s is refused, and nothing is made", async (_, body, field) => {
    expect(await gateway.call(`${at}/messages`, { body })).toMatchObject({
      status: 400,
      body: { code: "invalid", errors: [{ field }] },
    });
    expect((await gateway.call(at)).status).toBe(404);
  });

  test("a message makes it and is kept for it; the same key again is the same message", async () => {
    const first = await say("What goes on?");
    expect(first).toMatchObject({ status: 201, body: { data: { agent: expect.any(String), status: "starting" } } });
    const { agent, nudge } = first.body.data;
    expect(first.headers.get("location")).toBe(`/v1/towns/hall/nudges?agent=${agent}`);
    expect((await say("What goes on?")).body.data.nudge).toBe(nudge);
    expect(await say("Something else.")).toMatchObject({ status: 409, body: { code: "idempotency_key_reused" } });
    await eventually(async () =>
      expect((await gateway.call(at)).body.data).toMatchObject({
        agent: { agent, role: "mayor", rig: null },
        status: "starting",
        pending: 1,
        session: null,
        lastActivityAt: expect.any(String),
      }),
    );
    await runs(agent);
    await eventually(async () => expect((await gateway.call(at)).body.data.status).toBe("active"));
  });

  test.each<[string, AgentSeen | null, string[], string]>([
    ["its session is there", running, ["short_circuit_warm"], "active"],
    ["nothing is known of it: what was told last counts", null, ["short_circuit_warm"], "active"],
    ["its session is gone", { ...running, session: false }, ["sdk_dead_redispatch", "fresh_dispatch"], "starting"],
  ])("who opens the town when %s", async (_, given, decisions, status) => {
    seen = given;
    const opened = await gateway.call(at, { method: "POST" });
    expect(opened).toMatchObject({ status: 200, body: { data: { decisions, mayor: { status, session: given } } } });
  });

  test("a stopped town starts none, and says so; a message is kept", async () => {
    await gateway.call("/v1/towns/hall/estop", { method: "POST" });
    // What runs is stopped in the town's next look.
    await eventually(async () => expect((await gateway.call(at)).body.data.status).toBe("idle"));
    const { data } = await json("mayor", "ensure");
    expect(data).toMatchObject({ decisions: [], mayor: { status: "idle" } });
    const said = await gastown("mayor", "say", "Are", "you", "there?");
    expect(said).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^message n-\d+ is kept .* the mayor is idle\n$/),
    });
    await gateway.call("/v1/towns/hall/thaw", { method: "POST" });
  });

  test("a model for a mayor that does not run is there from its next start on", async () => {
    await gateway.call("/v1/towns/hall/estop", { method: "POST" });
    await eventually(async () => expect((await gateway.call(at)).body.data.status).toBe("idle"));
    expect(await json("mayor", "model", "provider/large", "--wait")).toMatchObject({
      data: { wished: "provider/large", inEffect: null, failure: null, nextStart: true },
    });
    expect((await gateway.call("/v1/towns/hall")).body.data.models).toEqual({ mayor: "provider/large" });
  });
});

test("the queue: which towns wait for a container, which starts wait and why, and the caps", async () => {
  const queue = await gateway.call("/v1/queue");
  expect(queue.body.data).toMatchObject({ ...caps, towns: [{ town: "hall", starts: ["hq-1"] }] });
  const { out } = await gastown("queue");
  expect(out).toContain("2 of 2 container places are taken, 1 town waits for one; 6 agents may run in one container\n");
  expect(out).toMatch(/lake +lake-3 +running +2 +1\n/);
  expect(out).toMatch(/1 +hall +2026-11-23T10:11:12.000Z +hq-1\n/);
  expect(out).toContain("set GASTOWN_MAX_CONTAINERS (now 2)");
  const status = await gastown("status");
  expect(status.out).toMatch(/hq-1 .*waits for one of 2 container places, its town is next, since 10:11:12\n/);
  expect(status.out).toContain("1 town waits for one\n");
  expect((await gastown("agent", "ls")).out).toMatch(/hq-1\t.*\twaits for one of 2 container places/);
});
