import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { operations } from "./routes/operations.ts";
import type { Operation } from "./operation.ts";
import { useGateway } from "./test/start-gateway.ts";

// No town, dispatcher or scm service runs here: what a gateway says when it is alone with NATS and Postgres.
const gateway = useGateway({ verdictTimeoutMs: 150 });

const ids: Record<string, string> = {
  town: "t1",
  rig: "site",
  bead: "gt-1",
  agent: "gt-2",
  number: "7",
  owner: "town",
  command: "c1",
  token: "x".repeat(26),
  convoy: "hq-3",
  molecule: "gt-4",
  seq: "5",
  thread: "PRRT_1",
  installation: "77",
  provider: "github",
  delivery: "d-1",
  session: "a".repeat(32),
};
const bad: Record<string, string> = {
  town: "No_Town",
  rig: "No.Rig",
  bead: "nobead",
  agent: "AG-1",
  number: "seven",
  thread: "a%20b",
  owner: "nobody",
  command: "no!",
  token: "short",
  convoy: "Convoy",
  molecule: "4",
  seq: "-1",
  installation: "x7",
  provider: "sourcehut",
  delivery: "no!",
  session: "short",
};
const bodies: Record<string, object> = {
  createTown: { town: "t1", name: "One" },
  addRig: { rig: "site", prefix: "gt", source: "/tmp/x" },
  createBead: { rig: "site", title: "Do it" },
  sling: { rig: "site", title: "Do it" },
  updateTown: { name: "Two" },
  updateBead: { title: "Other" },
  reviewPull: { verdict: "approve" },
  setPullDraft: { draft: true },
  createToken: { name: "anna", scope: "read" },
  updateRig: { check: "npm test" },
  createConvoy: { title: "Ship it", tasks: [{ rig: "site", title: "First" }] },
  addToConvoy: { beads: ["gt-1"] },
  sendNudge: { agent: "gt-2", message: "Look again." },
  resolveTriage: { action: "RESTART" },
  createMolecule: { formula: 'name = "f"\n[[steps]]\nid = "one"\ntitle = "One"\n' },
  advanceMolecule: { step: "one" },
  openPull: { head: "topic", title: "Topic" },
  mergePull: { expectedHead: "a".repeat(40) },
  adoptPullByUrl: { url: "https://github.com/acme/app/pull/7" },
  editPull: { title: "Other" },
  requestPullReview: { reviewers: ["ann"] },
  replyToThread: { body: "Done." },
  deleteBeads: { beads: ["gt-1"] },
  tellMayor: { message: "What goes on?" },
  createTerminalTicket: { mode: "watch" },
};
/** Values that a parameter cannot have: whole numbers besides. */
const badValues: Record<string, string[]> = { force: ["perhaps"], dryRun: ["", "1"] };
function pathOf(op: Operation, wrong?: string): string {
  return op.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === wrong ? (bad[name] ?? "") : (ids[name] ?? ""),
  );
}
function request(op: Operation, more: { wrong?: string; token?: string | null; body?: unknown } = {}) {
  const body = more.body ?? (op.body ? (bodies[op.id] ?? {}) : undefined);
  const options = {
    method: op.method.toUpperCase(),
    ...(body !== undefined && { body }),
    ...(more.token !== undefined && { token: more.token }),
  };
  return gateway.call(pathOf(op, more.wrong), options);
}

const own = new Set([
  "listTokens",
  "createToken",
  "revokeToken",
  "getHealth",
  "listDeadLetters",
  "getDeadLetter",
  "retryDeadLetter",
  "dropDeadLetter",
  "listHooks",
  "getHook",
  "replayHook",
  "listEvents",
  "listInstallationEvents",
]);
/** It must read the pull request, or the mayor, before it can send anything. */
const readsFirst = new Set(["mergePull", "adoptPull", "adoptPullByUrl", "ensureMayor"]);
const sendsAtOnce = ({ id, sends }: Operation): boolean => sends === true && !readsFirst.has(id);
const isOwn = ({ id }: Operation): boolean => own.has(id);
const parametersOf = ({ path }: Operation): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");

/** The operations a test is about, each with its name. */
const named = (about: (op: Operation) => boolean) =>
  operations.filter(about).map((op) => ({ name: `${op.method.toUpperCase()} ${op.path}`, op }));

test.each(named(() => true))("$name needs a token, and a valid one", async ({ op }) => {
  for (const token of [null, "not-a-token-of-ours-at-all"]) {
    const { status, headers, body } = await request(op, { token });
    expect({ status, code: body.code }).toEqual({ status: 401, code: "unauthenticated" });
    expect(headers.get("www-authenticate")).toContain("Bearer");
    expect(headers.get("content-type")).toContain("application/problem+json");
    expect(body).toMatchObject({ advice: expect.stringContaining("Bearer"), requestId: headers.get("x-request-id") });
  }
});

test.each(named((op) => parametersOf(op).length > 0))(
  "$name: no thing can have a malformed id: 404 naming it",
  async ({ op }) => {
    for (const wrong of parametersOf(op)) {
      const { status, body } = await request(op, { wrong });
      expect({ wrong, status }).toEqual({ wrong, status: 404 });
      expect(body.errors).toEqual([{ field: wrong, reason: expect.any(String) }]);
    }
  },
);

test.each(named((op) => op.body !== undefined))("$name: a bad body is 400 and names the field", async ({ op }) => {
  const unknown = await request(op, { body: { ...bodies[op.id], colour: "red" } });
  expect(unknown).toMatchObject({
    status: 400,
    body: {
      code: "invalid",
      errors: expect.arrayContaining([{ field: "colour", reason: "is not a field of this request" }]),
    },
  });
  const text = await request(op, { body: "{" });
  expect(text).toMatchObject({ status: 400, body: { code: "malformed_json", errors: [{ field: "body" }] } });
  const type = await gateway.call(pathOf(op), {
    method: op.method.toUpperCase(),
    body: "a=1",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(type).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
  const large = await request(op, { body: { ...bodies[op.id], text: "x".repeat(300_000) } });
  expect(large).toMatchObject({ status: 413, body: { code: "body_too_large" } });
});

test.each(named((op) => op.query !== undefined))(
  "$name: an unknown or wrong parameter is 400 and names it",
  async ({ op }) => {
    const options = { method: op.method.toUpperCase() };
    const unknown = await gateway.call(`${pathOf(op)}?colour=red`, options);
    expect(unknown).toMatchObject({
      status: 400,
      body: { code: "invalid", errors: [{ field: "colour", reason: "is not a parameter of this route" }] },
    });
    const names = Object.keys(op.query?.shape ?? {});
    const name = ["limit", "last", ...Object.keys(badValues)].find((one) => names.includes(one)) ?? "";
    for (const value of badValues[name] ?? ["0", "x", "100000"]) {
      const wrong = await gateway.call(`${pathOf(op)}?${name}=${value}`, options);
      expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: name }] } });
    }
  },
);

test.each(named(isOwn))("$name: needs no owner", async ({ op }) => {
  expect((await request(op)).status).toBeLessThan(500);
});

test.each(named((op) => !isOwn(op) && !sendsAtOnce(op)))(
  "$name: says which service does not answer",
  async ({ op }) => {
    expect(await request(op)).toMatchObject({ status: 503, body: { code: "service_unavailable" } });
  },
);

test.each(named(sendsAtOnce))("$name: says that the command stays accepted, and where to look", async ({ op }) => {
  const answered = await request(op);
  expect(answered).toMatchObject({
    status: 504,
    body: { code: "verdict_timeout", command: expect.stringContaining("/v1/commands/") },
  });
  expect(answered.headers.get("location")).toBe(answered.body.command);
  expect(answered.body.detail).toContain("stays accepted");
});

test.each(named(sendsAtOnce))("$name: does not wait when it is asked not to", async ({ op }) => {
  const body = op.body ? (bodies[op.id] ?? {}) : undefined;
  const sent = await gateway.call(pathOf(op), {
    method: op.method.toUpperCase(),
    body,
    headers: { prefer: "respond-async" },
  });
  expect(sent).toMatchObject({ status: 202, body: { seq: null, data: { state: "pending", town: "t1" } } });
  expect(sent.headers.get("location")).toBe(`/v1/commands/${sent.body.data.owner}/t1/${sent.body.data.command}`);
});

test("an unknown route is 404, another method 405 with what is allowed, a stream without upgrade 426", async () => {
  expect(await gateway.call("/v1/nothing")).toMatchObject({ status: 404, body: { code: "no_route" } });
  expect(await gateway.call("/nothing", { token: null })).toMatchObject({ status: 404, body: { code: "no_route" } });
  const wrong = await gateway.call("/v1/towns/t1/beads", { method: "DELETE" });
  expect(wrong).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
  expect(wrong.headers.get("allow")).toBe("GET, POST");
  expect((await gateway.call("/docs", { method: "POST" })).headers.get("allow")).toBe("GET");
  expect(await gateway.call("/v1/towns/t1/stream")).toMatchObject({ status: 426, body: { code: "upgrade_required" } });
});

test("probes need no token; health names what is connected and what is not, with the reason", async () => {
  expect(await gateway.call("/healthz", { token: null })).toMatchObject({ status: 200, body: { ok: true } });
  expect(await gateway.call("/readyz", { token: null })).toMatchObject({
    status: 200,
    body: { ok: true, missing: [] },
  });
  const { status, body } = await gateway.call("/v1/health");
  expect({ status, ok: body.data.ok }).toEqual({ status: 200, ok: false });
  expect(body.data.dependencies).toMatchObject({
    nats: { state: "connected" },
    postgres: { state: "connected" },
    events: { state: "connected" },
    town: { state: "not connected", reason: expect.stringContaining("town") },
    dispatcher: { state: "not connected" },
    scm: { state: "not connected" },
  });
});

test("the documents need no token and nothing from elsewhere", async () => {
  const document = await gateway.call("/openapi.json", { token: null });
  expect(document.body.openapi).toBe("3.1.0");
  const page = await gateway.call("/docs", { token: null });
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  // The style the page holds is the one the policy lets in: a browser drops it for one blank more.
  const styles = [...String(page.body).matchAll(/<style>([^]*?)<\/style>/g)].map(([, rules]) => rules ?? "");
  expect(styles).toHaveLength(1);
  expect(policy).toContain(`'sha256-${createHash("sha256").update(styles.join("")).digest("base64")}'`);
  for (const op of operations) expect(page.body).toContain(`id="${op.id}"`);
  expect(page.body).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1)/);
  expect((await gateway.call("/")).headers.get("location")).toBe("/docs");
});

test("an idempotency key stands for one request of one token", async () => {
  const send = (body: object, key: string, token?: string) =>
    gateway.call("/v1/towns/t1/beads", {
      body,
      headers: { "idempotency-key": key, prefer: "respond-async" },
      ...(token !== undefined && { token }),
    });
  const first = await send({ rig: "site", title: "Once", labels: ["a"] }, "k1");
  const again = await send({ labels: ["a"], title: "Once", rig: "site" }, "k1");
  expect(again.body.data.command).toBe(first.body.data.command);
  expect(await send({ rig: "site", title: "Other" }, "k1")).toMatchObject({
    status: 409,
    body: { code: "idempotency_key_reused" },
  });
  expect((await send({ rig: "site", title: "Once", labels: ["a"] }, "k2")).body.data.command).not.toBe(
    first.body.data.command,
  );
  expect(await send({ rig: "site", title: "Once" }, "no good")).toMatchObject({
    status: 400,
    body: { errors: [{ field: "Idempotency-Key" }] },
  });
  const other = await gateway.call("/v1/tokens", { body: { name: "other", scope: "write" } });
  const theirs = await send({ rig: "site", title: "Mine" }, "k1", other.body.data.token);
  expect(theirs.status).toBe(202);
  expect(theirs.body.data.command).not.toBe(first.body.data.command);
});

test("tokens: scopes, towns, and an end", async () => {
  const make = async (body: object) => (await gateway.call("/v1/tokens", { body })).body.data;
  const reader = await make({ name: "reader", scope: "read" });
  const keeper = await make({ name: "keeper", scope: "admin", town: "t1" });
  expect(reader).toMatchObject({
    name: "reader",
    scope: "read",
    town: null,
    createdBy: "admin",
    token: expect.stringMatching(/^gt_/),
  });

  const bead = { rig: "site", title: "x" };
  expect(await gateway.call("/v1/towns/t1/beads", { body: bead, token: reader.token })).toMatchObject({
    status: 403,
    body: { code: "forbidden" },
  });
  expect(await gateway.call("/v1/tokens", { token: reader.token })).toMatchObject({ status: 403 });
  expect(await gateway.call("/v1/towns/t2/beads", { token: keeper.token })).toMatchObject({ status: 403 });
  expect(await gateway.call("/v1/dead-letters", { token: keeper.token })).toMatchObject({ status: 403 });
  expect(await gateway.call("/v1/towns", { body: { town: "t9", name: "x" }, token: keeper.token })).toMatchObject({
    status: 403,
  });
  expect(await gateway.call("/v1/tokens", { body: { name: "x", scope: "admin" }, token: keeper.token })).toMatchObject({
    status: 403,
  });
  expect(
    await gateway.call("/v1/tokens", { body: { name: "x", scope: "admin", town: "t2" }, token: keeper.token }),
  ).toMatchObject({ status: 403 });

  const mine = await gateway.call("/v1/tokens", { token: keeper.token });
  expect(mine.body.data.items.map((item: { id: string }) => item.id)).toEqual([keeper.id]);
  expect(JSON.stringify(mine.body)).not.toMatch(/hash|gt_/);
  expect(await gateway.call(`/v1/tokens/${reader.id}`, { method: "DELETE", token: keeper.token })).toMatchObject({
    status: 404,
    body: { code: "token_not_found" },
  });

  expect((await gateway.call("/v1/health", { token: reader.token })).status).toBe(200);
  const revoked = await gateway.call(`/v1/tokens/${reader.id}`, { method: "DELETE" });
  expect(revoked).toMatchObject({ status: 200, body: { data: { revokedAt: expect.any(String) } } });
  expect((await gateway.call("/v1/health", { token: reader.token })).status).toBe(401);
  expect((await gateway.call(`/v1/tokens/${reader.id}`, { method: "DELETE" })).body.data.revokedAt).toBe(
    revoked.body.data.revokedAt,
  );
});
