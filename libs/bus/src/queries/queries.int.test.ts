import { containerRequests, getTownVerdict, listTowns, noTown } from "@gastown/contracts";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  answer,
  answerContainer,
  ask,
  askContainer,
  QueryError,
  type ContainerData,
  type ContainerHandlers,
} from "../index.ts";
import { silent } from "../test/silent.ts";
import { useBus } from "../test/use-bus.ts";
import { wireOf } from "../wire.ts";

const used = useBus({ provisioned: false });

function stopping(): AbortSignal {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return controller.signal;
}

type Answer = Parameters<typeof answer<typeof getTownVerdict>>[2];
async function answering(handler: Answer): Promise<void> {
  answer(used.bus, getTownVerdict, handler, { logger: silent, signal: stopping() });
  await wireOf(used.bus).connection.flush();
}
const question = { town: "t1", data: { command: "c1" } };

describe("ask and answer", () => {
  test("the handler is given the town and the data, the asker the sequence and the data", async () => {
    const given: unknown[] = [];
    await answering((town, data) => {
      given.push([town, data]);
      return Promise.resolve({ seq: 7, data: { verdict: { command: data.command, outcome: "applied" } } });
    });
    expect(await ask(used.bus, getTownVerdict, question)).toEqual({
      seq: 7,
      data: { verdict: { command: "c1", outcome: "applied" } },
    });
    expect(given).toEqual([["t1", { command: "c1" }]]);
  });

  test("what belongs to the installation is asked without a town; defaults are filled in; an empty body asks for nothing", async () => {
    const given: unknown[] = [];
    answer(
      used.bus,
      listTowns,
      (town, data) => {
        given.push([town, data]);
        return Promise.resolve({ seq: null, data: { items: [], next: null } });
      },
      { logger: silent, signal: stopping() },
    );
    expect(await ask(used.bus, listTowns, { town: noTown, data: {} })).toEqual({
      seq: null,
      data: { items: [], next: null },
    });
    const byHand = await wireOf(used.bus).connection.request("qry.town._.town.list", "");
    expect(byHand.json()).toEqual({ ok: true, seq: null, data: { items: [], next: null } });
    expect(given).toEqual([
      ["_", { limit: 50 }],
      ["_", { limit: 50 }],
    ]);
  });

  test("nobody answers: unavailable", async () => {
    await expect(ask(used.bus, getTownVerdict, question)).rejects.toMatchObject({
      name: "QueryError",
      code: "unavailable",
    });
  });

  test("no answer in time: unavailable", async () => {
    await answering(() => new Promise(() => undefined));
    await expect(ask(used.bus, getTownVerdict, { ...question, timeoutMs: 100 })).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("an asker that gives up is let go", async () => {
    await answering(() => new Promise(() => undefined));
    const reason = new Error("the socket closed");
    await expect(ask(used.bus, getTownVerdict, { ...question, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  test("a wrong question names the field, on either side", async () => {
    await answering(() => Promise.resolve({ seq: 1, data: { verdict: null } }));
    const wrong = ask(used.bus, getTownVerdict, { ...question, data: { command: "a b" } });
    await expect(wrong).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("command: must be 1-64") as string,
    });
    const { connection } = wireOf(used.bus);
    const byHand = await connection.request("qry.town.t1.command.get", '{"command":5}');
    expect(byHand.json()).toMatchObject({
      ok: false,
      code: "invalid",
      message: expect.stringMatching(/^command: /) as string,
    });
    expect((await connection.request("qry.town.t1.command.get", "{")).json()).toMatchObject({
      ok: false,
      code: "invalid",
    });
  });

  test("what a handler throws is told: its own refusals as they are, faults without their text", async () => {
    await answering((_, { command }) =>
      Promise.reject(
        command === "c1" ? new QueryError("not_found", "no such command") : new Error("select * from secrets"),
      ),
    );
    await expect(ask(used.bus, getTownVerdict, question)).rejects.toMatchObject({
      code: "not_found",
      message: "no such command",
    });
    const failed = ask(used.bus, getTownVerdict, { ...question, data: { command: "c2" } });
    await expect(failed).rejects.toMatchObject({
      code: "failed",
      message: expect.not.stringContaining("secrets") as string,
    });
  });

  test("an answer that breaks its contract is a fault, on either side", async () => {
    await answering(() => Promise.resolve({ seq: 1, data: { verdict: "yes" } as never }));
    await expect(ask(used.bus, getTownVerdict, question)).rejects.toMatchObject({ code: "failed" });
    const { connection } = wireOf(used.bus);
    const bodies = ["{", "null", '{"ok":true,"data":{}}', '{"ok":false,"code":"odd"}'];
    const subscription = connection.subscribe("qry.scm.t1.command.get", {
      callback: (_, message) => void message.respond(bodies.shift() ?? ""),
    });
    onTestFinished(() => subscription.unsubscribe());
    const scm = { ...getTownVerdict, owner: "scm" } as const;
    while (bodies.length > 0) await expect(ask(used.bus, scm, question)).rejects.toMatchObject({ code: "failed" });
  });

  test("an answer larger than a message is told as such", async () => {
    answer(used.bus, listTowns, () => Promise.resolve({ seq: 1, data: { items: [], next: "x".repeat(2_000_000) } }), {
      logger: silent,
      signal: stopping(),
    });
    const asked = ask(used.bus, listTowns, { town: noTown, data: {} });
    await expect(asked).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining("too large") as string,
    });
  });

  test("replicas share the questions, each is answered once", async () => {
    const counts = [0, 0];
    const signal = stopping();
    for (const [replica, bus] of [used.bus, await used.another()].entries()) {
      const handler: Answer = () => {
        counts[replica] = (counts[replica] ?? 0) + 1;
        return Promise.resolve({ seq: 1, data: { verdict: null } });
      };
      answer(bus, getTownVerdict, handler, { logger: silent, signal });
      await wireOf(bus).connection.flush();
    }
    await Promise.all(Array.from({ length: 100 }, () => ask(used.bus, getTownVerdict, question)));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(100);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test("after the stop nobody answers", async () => {
    const controller = new AbortController();
    answer(used.bus, getTownVerdict, () => Promise.resolve({ seq: 1, data: { verdict: null } }), {
      logger: silent,
      signal: controller.signal,
    });
    await ask(used.bus, getTownVerdict, question);
    controller.abort();
    await wireOf(used.bus).connection.flush();
    await expect(ask(used.bus, getTownVerdict, question)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a container host", () => {
  const job: ContainerData<"start"> = {
    agent: "gt-a1",
    generation: 1,
    name: "Toast",
    identity: "web/polecats/toast",
    role: "polecat",
    rig: { rig: "web", defaultBranch: "main", check: null },
    bead: { bead: "gt-1", type: "issue", title: "x", body: "" },
    branch: "gt/toast/gt-1",
    base: "main",
    review: null,
    feedback: null,
    checkpoint: null,
    model: null,
    instructions: [],
    env: {},
    molecule: null,
    kind: "task",
    variables: {},
  };

  test("is asked by town and verb, and its answers are checked", async () => {
    const given: unknown[] = [];
    const note =
      <Reply>(verb: string, reply: Reply) =>
      (data: unknown): Promise<Reply> => {
        given.push([verb, data]);
        return Promise.resolve(reply);
      };
    const status = { container: "c1", startedAt: "2026-11-22T14:00:00.000Z", draining: false, agents: [] };
    const handlers: ContainerHandlers = {
      start: note("start", { accepted: true, reason: null }),
      stop: note("stop", { accepted: true }),
      nudge: note("nudge", { accepted: true, given: true, reason: null }),
      status: note("status", status),
      model: () => Promise.resolve({ accepted: true, reason: null }),
      prewarm: () => Promise.resolve({ accepted: true }),
      credentials: () => Promise.resolve({ accepted: true }),
      programs: () => Promise.resolve({ programs: [] }),
      drain: () => Promise.reject(new QueryError("unavailable", "too busy")),
    };
    answerContainer(used.bus, "t1", handlers, { logger: silent, signal: stopping() });
    await wireOf(used.bus).connection.flush();
    expect(await askContainer(used.bus, "t1", "start", job)).toEqual({ accepted: true, reason: null });
    expect(await askContainer(used.bus, "t1", "status", {})).toEqual(status);
    await expect(askContainer(used.bus, "t1", "drain", { reason: "x" })).rejects.toMatchObject({
      code: "unavailable",
      message: "too busy",
    });
    await expect(askContainer(used.bus, "t2", "status", {})).rejects.toMatchObject({ code: "unavailable" });
    await expect(askContainer(used.bus, "t1", "start", { ...job, generation: 0 })).rejects.toMatchObject({
      code: "invalid",
    });
    expect(given).toEqual([
      ["start", containerRequests.start.data.parse(job)],
      ["status", {}],
    ]);
  });
});
