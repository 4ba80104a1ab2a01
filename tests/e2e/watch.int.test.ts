import { ApiError, createClient, answered, settled, type Frame } from "@gastown/client";
import { eventually } from "@gastown/testkit";
import { beforeAll, expect, test } from "vitest";
import { adminToken, makeRepository, useTownAndGateway } from "./town-and-gateway.ts";

const gateway = useTownAndGateway();
const path = { town: "lab" };
const client = () => createClient({ url: gateway.url, token: adminToken });

async function makeBead(title: string): Promise<void> {
  await settled(
    client().http.POST("/v1/towns/{town}/beads", { params: { path }, body: { rig: "site", title, held: true } }),
  );
}

/** Watches in the background; what came is in `frames`. */
function watch(options: { from?: number; town?: string }) {
  const stop = new AbortController();
  const frames: Frame[] = [];
  const lost: string[] = [];
  const done = (async () => {
    for await (const frame of client().watchTown({
      town: "lab",
      ...options,
      signal: stop.signal,
      onLost: (reason) => lost.push(reason),
    }))
      frames.push(frame);
  })();
  const seqs = () => frames.flatMap((frame) => (frame.type === "event" ? [frame.seq] : []));
  return { frames, lost, seqs, done, stop: () => stop.abort() };
}

/** The town's whole log, read page by page. */
async function logSeqs(): Promise<number[]> {
  const all: number[] = [];
  for (let from: string | null = "0"; from !== null;) {
    const query: { from: number; limit: number } = { from: Number(from), limit: 500 };
    const { data }: { data: { items: { seq: number }[]; next: string | null } } = await answered(
      client().http.GET("/v1/towns/{town}/events", { params: { path, query } }),
    );
    all.push(...data.items.map(({ seq }) => seq));
    from = data.next;
  }
  return all;
}

beforeAll(async () => {
  await settled(client().http.POST("/v1/towns", { body: { town: "lab", name: "Lab" } }));
  const source = await makeRepository(gateway.folder, "source");
  await settled(
    client().http.POST("/v1/towns/{town}/rigs", { params: { path }, body: { rig: "site", prefix: "gt", source } }),
  );
});

test("every event once and in order, from the beginning, over gateways and a NATS that are lost", async () => {
  const watching = watch({ from: 0 });
  await makeBead("before");
  await eventually(() => watching.seqs().length > 3);
  await gateway.restartGateway();
  await makeBead("after the gateway");
  await gateway.nats.kill9();
  await gateway.nats.restart();
  await eventually(() => makeBead("after NATS"));
  await gateway.restartGateway();
  await makeBead("last");
  // The town may have more to tell between the two looks.
  await eventually(async () => expect(watching.seqs()).toEqual(await logSeqs()));
  expect(watching.lost.length).toBeGreaterThanOrEqual(2);
  expect(watching.frames.filter(({ type }) => type === "reset")).toEqual([]);
  watching.stop();
  await watching.done;
});

test("ends when it is told to, and throws when the gateway refuses", async () => {
  const watching = watch({});
  await eventually(() => watching.frames.length > 0);
  watching.stop();
  await watching.done;
  await expect(watch({ town: "nowhere" }).done).rejects.toThrow(ApiError);
  const { data: token } = await answered(
    client().http.POST("/v1/tokens", { body: { name: "gone", scope: "read", town: null } }),
  );
  const theirs = createClient({ url: gateway.url, token: token.token }).watchTown({ town: "lab" });
  expect(await theirs.next()).toMatchObject({ value: { type: "hello" } });
  await answered(client().http.DELETE("/v1/tokens/{token}", { params: { path: { token: token.id } } }));
  // What was on its way to them may come before that.
  const restOf = async (): Promise<void> => {
    for await (const { type } of theirs) expect(type).toBe("event");
  };
  await expect(restOf()).rejects.toMatchObject({ status: 401 });
});

test("what is refused is an ApiError with its problem; nobody there is an UnreachableError", async () => {
  const refused = answered(client().http.GET("/v1/towns/{town}", { params: { path: { town: "nowhere" } } }));
  await expect(refused).rejects.toMatchObject({
    name: "ApiError",
    status: 404,
    problem: { code: "not_found", advice: expect.any(String) },
  });
  const nobody = createClient({ url: "http://127.0.0.1:9", token: "x" });
  await expect(answered(nobody.http.GET("/v1/towns", {}))).rejects.toMatchObject({ name: "UnreachableError" });
});
