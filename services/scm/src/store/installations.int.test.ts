import { connectDatabase, migrate, transaction, type Database, type Tx } from "@gastown/db";
import { asc, eq, sql } from "@gastown/db/drizzle";
import { createLogger } from "@gastown/telemetry";
import { usePostgres } from "@gastown/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AccessChange } from "../hooks/access-change.ts";
import { isForeignInstallation, readInstallations, readReach } from "./installation-reads.ts";
import { addProof, takeProof } from "./installation-proofs.ts";
import { addRequest } from "./installation-requests.ts";
import { applyAccess, releaseInstallations, setOwner } from "./installations.ts";
import { installationRequests, installations } from "./schema/installations.ts";
import { repos } from "./schema/repos.ts";

const postgres = usePostgres();
const logger = createLogger("test", { level: "silent" });
let db: Database;
const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => transaction(db, work);

beforeAll(async () => {
  db = await connectDatabase({ url: postgres.databaseUrl, schema: "scm", name: "test", logger });
  await migrate(db, new URL("../../migrations", import.meta.url));
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.drizzle.execute(
    sql`truncate scm.installations, scm.installation_requests, scm.installation_sweeps, scm.repos, scm.outbox cascade`,
  );
});

const created: AccessChange = {
  provider: "github",
  event: "installation",
  action: "created",
  installation: "77",
  account: { id: "5", login: "acme-inc", type: "Organization" },
  requester: null,
  sender: { id: "9", login: "ada" },
  permissions: { contents: "write" },
  selection: "selected",
  suspendedAt: null,
  added: [
    { id: "1", name: "acme-inc/app" },
    { id: "2", name: "acme-inc/site" },
  ],
  removed: [],
  at: "2026-11-22T10:00:00Z",
};
const change = (action: string, more: Partial<AccessChange> = {}): AccessChange => ({
  ...created,
  action,
  added: [],
  at: "2026-11-22T11:00:00Z",
  ...more,
});
const apply = (...changes: AccessChange[]) => inTx((tx) => applyAccess(tx, changes));

async function row() {
  const [found] = await db.drizzle.select().from(installations).where(eq(installations.id, "77"));
  return found;
}
const names = () =>
  inTx(async (tx) => (await readReach(tx, { installation: "77", limit: 50 })).map(({ name }) => name));

/** Events in the order they were told: town, type and data. */
async function told(): Promise<unknown[]> {
  const { rows } = await db.drizzle.execute<{ town: string; body: { type: string; data: unknown } }>(
    sql`select town, body from scm.outbox order by town, town_seq`,
  );
  return rows.map(({ town, body }) => [town, body.type.replace("scm.installation.", ""), body.data]);
}

async function addRig(rig: string, more: Partial<typeof repos.$inferInsert>): Promise<void> {
  await db.drizzle.insert(repos).values({
    id: `acme/${rig}`,
    town: "acme",
    rig,
    source: `https://github.com/acme-inc/${rig}`,
    forge: "github",
    requiredApprovals: 0,
    correlationId: "c",
    causationId: "c",
    state: "ready",
    ...more,
  });
}
async function dueRigs(): Promise<string[]> {
  const rows = await db.drizzle
    .select({ rig: repos.rig })
    .from(repos)
    .where(sql`next_look_at is not null`)
    .orderBy(asc(repos.rig));
  return rows.map(({ rig }) => rig);
}

describe("webhooks say", () => {
  test("that it was installed: it is known, nobody's, and read soon", async () => {
    await apply(created);
    expect(await row()).toMatchObject({
      state: "active",
      owner: null,
      accountLogin: "acme-inc",
      selection: "selected",
      permissions: { contents: "write" },
      nextLookAt: expect.any(Date),
    });
    expect(await names()).toEqual(["acme-inc/app", "acme-inc/site"]);
    expect(await told()).toEqual([
      ["_", "state-changed", { installation: "77", account: "acme-inc", from: null, to: "active" }],
    ]);
  });

  test.each([
    ["deleted", "removed"],
    ["suspend", "suspended"],
  ] as const)("%s: it is %s, its owner is told once, and its rigs are looked at", async (action, state) => {
    await apply(created);
    await inTx((tx) => setOwner(tx, { id: "77", owner: "acme", by: "user:ada" }));
    await addRig("app", { installation: "77", remote: "acme-inc/app" });
    await addRig("other", { installation: "78" });
    await addRig("mine", { forge: "local" });
    await apply(change(action), change(action));
    expect(await row()).toMatchObject({ state, owner: "acme" });
    expect(await told()).toContainEqual([
      "acme",
      "state-changed",
      { installation: "77", account: "acme-inc", from: "active", to: state },
    ]);
    expect(await told()).toHaveLength(2);
    expect(await dueRigs()).toEqual(["app"]);
    const listed = await inTx((tx) => readInstallations(tx, { town: "acme", limit: 9 }));
    expect(listed.map((each) => each.state)).toEqual(state === "removed" ? [] : ["suspended"]);
  });

  test("unsuspend: it can be used again", async () => {
    await apply(created, change("suspend"), change("unsuspend", { at: "2026-11-22T12:00:00Z" }));
    expect(await row()).toMatchObject({ state: "active" });
  });

  test("new permissions", async () => {
    await apply(created, change("new_permissions_accepted", { permissions: { contents: "write", checks: "read" } }));
    expect(await row()).toMatchObject({ permissions: { contents: "write", checks: "read" } });
    expect(await told()).toContainEqual([
      "_",
      "permissions-changed",
      { installation: "77", account: "acme-inc", permissions: { contents: "write", checks: "read" } },
    ]);
  });

  test("which repositories came and went; rigs from these are looked at, also those that could not be used", async () => {
    await addRig("app", { installation: "77", remote: "acme-inc/App" });
    await addRig("docs", { state: "failed", source: "https://github.com/Acme-Inc/docs.git" });
    await addRig("site", { installation: "77", remote: "acme-inc/site" });
    await apply(created);
    await db.drizzle.update(repos).set({ nextLookAt: null });
    const repositories = { event: "installation_repositories", permissions: null } as const;
    await apply(
      change("added", {
        ...repositories,
        added: [
          { id: "3", name: "acme-inc/docs" },
          { id: "1", name: "acme-inc/app" },
        ],
      }),
      change("removed", {
        ...repositories,
        removed: [
          { id: "2", name: "acme-inc/site" },
          { id: "9", name: "acme-inc/x" },
        ],
      }),
    );
    expect(await names()).toEqual(["acme-inc/app", "acme-inc/docs"]);
    const about = { installation: "77", account: "acme-inc" };
    expect((await told()).slice(1)).toEqual([
      [
        "_",
        "repositories-changed",
        { ...about, added: ["acme-inc/docs"], removed: [], addedCount: 1, removedCount: 0 },
      ],
      [
        "_",
        "repositories-changed",
        { ...about, added: [], removed: ["acme-inc/site"], addedCount: 0, removedCount: 1 },
      ],
    ]);
    expect(await dueRigs()).toEqual(["docs", "site"]);
  });

  test("something late: an older word about the state changes nothing, but it is read again", async () => {
    await apply(created, change("suspend"), change("unsuspend", { at: "2026-11-22T10:30:00Z" }));
    expect(await row()).toMatchObject({ state: "suspended", nextLookAt: expect.any(Date) });
  });

  test("something after the end: what was removed stays so", async () => {
    await apply(created, change("deleted"), change("unsuspend", { at: "2026-11-22T12:00:00Z" }), created);
    expect(await row()).toMatchObject({ state: "removed" });
    expect(await names()).toEqual([]);
  });

  test("something about one that is not known and does not say whose it is: all are read", async () => {
    await apply(change("added", { account: null }));
    expect(await row()).toBeUndefined();
    const { rows } = await db.drizzle.execute(sql`select id from scm.installation_sweeps where next_look_at <= now()`);
    expect(rows).toHaveLength(1);
  });
});

describe("one that somebody asked for", () => {
  const requester = { id: "9", login: "ada" };
  const request = { requester: "9", login: "ada", owner: "acme", by: "user:ada" };

  test("is linked to whom it was asked for, and rigs that waited for it are looked at", async () => {
    expect(await inTx((tx) => addRequest(tx, request))).toBe(true);
    expect(await inTx((tx) => addRequest(tx, { ...request, owner: "beta" }))).toBe(false);
    await addRig("app", { state: "failed" });
    await apply({ ...created, requester });
    expect(await row()).toMatchObject({ owner: "acme", linkedBy: "user:ada", linkedAt: expect.any(Date) });
    expect(await told()).toEqual([
      ["acme", "state-changed", { installation: "77", account: "acme-inc", from: null, to: "active" }],
      ["acme", "linked", { installation: "77", account: "acme-inc", by: "user:ada" }],
    ]);
    expect(await dueRigs()).toEqual(["app"]);
    // Once: the next one of this person is nobody's.
    await apply({ ...created, installation: "78", requester });
    const [next] = await db.drizzle.select().from(installations).where(eq(installations.id, "78"));
    expect(next).toMatchObject({ owner: null });
  });

  test.each([
    ["of another person", { ...created, requester: { id: "10", login: "ada" } }],
    ["and whose sender only is the person", { ...created, sender: requester }],
    ["that was changed only", { ...change("new_permissions_accepted"), requester }],
  ])("is not one %s", async (_, other) => {
    await inTx((tx) => addRequest(tx, request));
    await apply(other);
    expect(await row()).toMatchObject({ owner: null });
  });

  test("stays whose it is", async () => {
    await apply(created);
    await inTx((tx) => setOwner(tx, { id: "77", owner: "beta", by: "user:bob" }));
    await inTx((tx) => addRequest(tx, request));
    await apply({ ...created, requester });
    expect(await row()).toMatchObject({ owner: "beta" });
  });
});

const foreign = (town: string) => isForeignInstallation(db, { town, installation: "77" });

test("whose an installation is decides who may use it and who sees it", async () => {
  await apply(created);
  const seen = (town: string) => inTx(async (tx) => (await readInstallations(tx, { town, limit: 9 })).length);
  expect([await foreign("acme"), await seen("acme"), await seen("_")]).toEqual([false, 0, 1]);
  await inTx((tx) => setOwner(tx, { id: "77", owner: "beta", by: "user:bob" }));
  expect([await foreign("acme"), await foreign("beta"), await seen("acme"), await seen("beta")]).toEqual([
    true,
    false,
    0,
    1,
  ]);
  await inTx((tx) => releaseInstallations(tx, "beta"));
  expect(await row()).toMatchObject({ owner: null, linkedBy: null });
  await inTx((tx) => setOwner(tx, { id: "77", owner: "_", by: "user:bob" }));
  expect([await foreign("acme"), await seen("acme")]).toEqual([false, 1]);
});

test("a town that is gone waits for nothing", async () => {
  await inTx((tx) => addRequest(tx, { requester: "9", login: "ada", owner: "acme", by: "user:ada" }));
  await inTx((tx) => releaseInstallations(tx, "acme"));
  expect(await db.drizzle.select().from(installationRequests)).toEqual([]);
});

describe("a proof", () => {
  const proved = { owner: "acme", user: "t1", installation: "77", person: "9", login: "ada" };
  const use = (proof: string, more: Partial<typeof proved> = {}) =>
    inTx((tx) => takeProof(tx, { proof, owner: "acme", user: "t1", installation: "77", ...more }));

  test("is good once", async () => {
    const proof = await inTx((tx) => addProof(tx, proved));
    expect(await use(proof)).toMatchObject({ person: "9", login: "ada" });
    expect(await use(proof)).toBeNull();
  });

  test.each([{ owner: "beta" }, { user: "t2" }, { installation: "78" }])("is nothing for %j", async (other) => {
    const proof = await inTx((tx) => addProof(tx, proved));
    expect(await use(proof, other)).toBeNull();
  });

  test("is not kept as it is, nor for long", async () => {
    const proof = await inTx((tx) => addProof(tx, proved));
    const { rows } = await db.drizzle.execute<{ hash: string }>(sql`select hash from scm.installation_proofs`);
    expect(rows.map(({ hash }) => hash)).not.toContain(proof);
    await db.drizzle.execute(sql`update scm.installation_proofs set expires_at = now() - interval '1 second'`);
    expect(await use(proof)).toBeNull();
  });
});
