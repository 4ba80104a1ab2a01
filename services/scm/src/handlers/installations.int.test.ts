import { newEnvelope } from "@gastown/bus";
import { linkInstallation, noTown, requestInstallation } from "@gastown/contracts";
import { connectDatabase, migrate, transaction, type Database, type Tx } from "@gastown/db";
import { eq, sql } from "@gastown/db/drizzle";
import { createLogger } from "@gastown/telemetry";
import { usePostgres } from "@gastown/testkit";
import { startGithubDouble, type GithubDouble } from "@gastown/testkit/github-double";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AppApi } from "../forges/github/app-api.ts";
import { createAppApi } from "../forges/github/create-app-api.ts";
import { applyAccess } from "../store/installations.ts";
import { installationRequests, installations } from "../store/schema/installations.ts";
import { decideLinkInstallation, decideRequestInstallation } from "./installations-link.ts";
import { lookAtInstallation, sweepInstallations } from "./installations-loops.ts";
import { verifyForPerson } from "./installations-verify.ts";

// The App at a double of GitHub, and a real database.
const postgres = usePostgres();
const logger = createLogger("test", { level: "silent" });
const { signal } = new AbortController();
let github: GithubDouble;
let app: AppApi;
let db: Database;

beforeAll(async () => {
  github = await startGithubDouble();
  const { id, slug, privateKey, clientId, clientSecret } = github.app;
  const credentials = { kind: "app" as const, appId: String(id), slug, privateKey };
  app = createAppApi({ webUrl: github.webUrl, apiUrl: github.apiUrl, logger, credentials, clientId, clientSecret });
  const { people, repositories } = github.world;
  people.organization("acme-inc", ["ada"]);
  people.add("eve");
  for (const name of ["app", "docs"]) await repositories.add({ owner: "acme-inc", name });
  github.pages.callbackUrl = "http://gastown.test/integrations/github/callback";
  db = await connectDatabase({ url: postgres.databaseUrl, schema: "scm", name: "test", logger });
  await migrate(db, new URL("../../migrations", import.meta.url));
});
afterAll(async () => {
  await db.close();
  await github.close();
});
beforeEach(async () => {
  for (const { id } of github.auth.installations) github.auth.uninstall(id);
  await db.drizzle.execute(
    sql`truncate scm.installations, scm.installation_requests, scm.installation_sweeps, scm.outbox cascade`,
  );
});

/** A code as GitHub gives it to this person's browser. */
async function codeFor(person: string): Promise<string> {
  github.pages.person = person;
  const body = new URLSearchParams({ client_id: github.app.clientId, do: "authorize" });
  const answer = await fetch(`${github.webUrl}/login/oauth/authorize`, { method: "POST", body, redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
}
const install = () => String(github.auth.install({ account: "acme-inc", by: "ada" }).id);

interface Asking {
  code: string;
  installation: string | null;
  town?: string;
  user?: string;
}
const verify = ({ town = "acme", user = "t1", ...asked }: Asking) =>
  verifyForPerson({ db, app, logger }, { ...asked, town, user }, { signal });
async function proofOf(asked: Asking): Promise<string> {
  const verified = await verify(asked);
  if (verified.outcome !== "verified") throw new Error(`it is ${verified.outcome}`);
  return verified.proof;
}

const rowOf = async (id: string) => (await db.drizzle.select().from(installations).where(eq(installations.id, id)))[0];
const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => transaction(db, work);

describe("verifying", () => {
  test("tells who it is and what is theirs, and keeps what was seen; nobody has it by that", async () => {
    const installation = install();
    expect(await verify({ code: await codeFor("ada"), installation })).toMatchObject({
      outcome: "verified",
      person: { login: "ada" },
      installation: { installation, state: "active", owner: null, repositories: 2, account: { login: "acme-inc" } },
    });
    expect(await rowOf(installation)).toMatchObject({ owner: null, accountLogin: "acme-inc" });
  });

  test("without an installation only tells who it is", async () => {
    const said = await verify({ code: await codeFor("eve"), installation: null });
    expect(said).toMatchObject({ outcome: "verified", person: { login: "eve" }, installation: null });
  });

  test("what is not theirs and what is not there cannot be told apart, and leaves nothing", async () => {
    const installation = install();
    expect(await verify({ code: await codeFor("eve"), installation })).toEqual({ outcome: "not_found" });
    expect(await verify({ code: await codeFor("eve"), installation: "987654" })).toEqual({ outcome: "not_found" });
    expect(await rowOf(installation)).toBeUndefined();
  });

  test("a code is good once, and only if it is one", async () => {
    const code = await codeFor("ada");
    const installation = install();
    expect(await verify({ code, installation })).toMatchObject({ outcome: "verified" });
    expect(await verify({ code, installation })).toEqual({ outcome: "code_refused" });
    expect(await verify({ code: "made-up", installation })).toEqual({ outcome: "code_refused" });
  });

  test("who is suspended at GitHub is seen so", async () => {
    const installation = install();
    github.auth.suspend(Number(installation));
    expect(await verify({ code: await codeFor("ada"), installation })).toMatchObject({
      installation: { state: "suspended", repositories: 0 },
    });
  });

  test("that GitHub fails is told as such", async () => {
    github.faults.failures = { times: 9, status: 503, route: "/user" };
    const code = await codeFor("ada");
    await expect(verify({ code, installation: install() })).rejects.toMatchObject({
      name: "QueryError",
      code: "unavailable",
    });
    github.faults.failures = null;
  });

  test("without an App there is nothing to verify", async () => {
    const asked = { code: "x", installation: null, town: "acme", user: "t1" };
    expect(await verifyForPerson({ db, app: null, logger }, asked, { signal })).toEqual({ outcome: "no_app" });
  });
});

const link = (data: { installation: string; proof: string; user: string }, town = "acme") => {
  const envelope = newEnvelope(linkInstallation, { town, data, actor: "user:ada", source: "/gateway" });
  return inTx((tx) => decideLinkInstallation({ tx, town, data, envelope }));
};

describe("linking", () => {
  test.each(["acme", noTown])("for %s", async (town) => {
    const installation = install();
    const proof = await proofOf({ code: await codeFor("ada"), installation, town });
    expect(await link({ installation, proof, user: "t1" }, town)).toMatchObject({
      outcome: "applied",
      outbox: [{ town, data: { installation, account: "acme-inc", by: "user:ada" } }],
    });
    expect(await rowOf(installation)).toMatchObject({ owner: town, linkedBy: "user:ada" });
  });

  test("again changes nothing and is told to nobody", async () => {
    const installation = install();
    for (const news of [1, 0]) {
      const proof = await proofOf({ code: await codeFor("ada"), installation });
      const ruling = await link({ installation, proof, user: "t1" });
      expect(ruling).toMatchObject({ outcome: "applied" });
      expect(ruling.outbox).toHaveLength(news);
    }
  });

  test("what another owner has is theirs", async () => {
    const installation = install();
    const first = await proofOf({ code: await codeFor("ada"), installation });
    await link({ installation, proof: first, user: "t1" });
    const second = await proofOf({ code: await codeFor("ada"), installation, town: "beta" });
    expect(await link({ installation, proof: second, user: "t1" }, "beta")).toMatchObject({
      outcome: "refused",
      code: "already_exists",
    });
    expect(await rowOf(installation)).toMatchObject({ owner: "acme" });
  });

  test("nothing is linked without a proof for this person, town and installation, used once", async () => {
    const installation = install();
    const proof = await proofOf({ code: await codeFor("ada"), installation });
    const stale = { outcome: "refused", code: "stale" };
    expect(await link({ installation, proof: "x".repeat(43), user: "t1" })).toMatchObject(stale);
    expect(await link({ installation, proof, user: "t2" })).toMatchObject(stale);
    expect(await link({ installation, proof, user: "t1" }, "beta")).toMatchObject(stale);
    expect(await link({ installation: "5", proof, user: "t1" })).toMatchObject(stale);
    const personal = await proofOf({ code: await codeFor("ada"), installation: null });
    expect(await link({ installation, proof: personal, user: "t1" })).toMatchObject(stale);
    expect(await rowOf(installation)).toMatchObject({ owner: null });
    expect(await link({ installation, proof, user: "t1" })).toMatchObject({ outcome: "applied" });
    expect(await link({ installation, proof, user: "t1" })).toMatchObject(stale);
  });

  test("what was removed meanwhile is not linked", async () => {
    const installation = install();
    const proof = await proofOf({ code: await codeFor("ada"), installation });
    github.auth.uninstall(Number(installation));
    await lookAtInstallation({ db, app, logger }, installation, signal);
    expect(await link({ installation, proof, user: "t1" })).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
    });
  });
});

const request = (proof: string) => {
  const data = { proof, user: "t1" };
  const envelope = newEnvelope(requestInstallation, { town: "acme", data, actor: "user:ada", source: "/gateway" });
  return inTx((tx) => decideRequestInstallation({ tx, town: "acme", data, envelope }));
};
const proofOfEve = async () => proofOf({ code: await codeFor("eve"), installation: null });

test("asking for it is noted once for each person, with a proof of who it is", async () => {
  expect(await request(await proofOfEve())).toMatchObject({ outcome: "applied", result: { requester: "eve" } });
  expect(await request(await proofOfEve())).toMatchObject({ outcome: "refused", code: "already_exists" });
  expect(await request("x".repeat(43))).toMatchObject({ outcome: "refused", code: "stale" });
  const eve = github.world.people.account("eve");
  expect(await db.drizzle.select().from(installationRequests)).toMatchObject([
    { requester: String(eve?.id), login: "eve", owner: "acme", by: "user:ada" },
  ]);
});

const look = (id: string) => lookAtInstallation({ db, app, logger }, id, signal);
const known = async () => {
  const installation = install();
  await verify({ code: await codeFor("ada"), installation });
  return installation;
};

describe("looking", () => {
  test("what GitHub says stands, whatever was heard; then nothing is due", async () => {
    const id = await known();
    const heard = { event: "installation_repositories", permissions: {}, selection: "selected" } as const;
    await inTx((tx) =>
      applyAccess(tx, [
        {
          provider: "github",
          action: "added",
          installation: id,
          account: null,
          requester: null,
          sender: null,
          suspendedAt: null,
          added: [{ id: "123456", name: "acme-inc/ghost" }],
          removed: [],
          at: null,
          ...heard,
        },
      ]),
    );
    expect(await rowOf(id)).toMatchObject({ permissions: {}, nextLookAt: expect.any(Date) });
    await look(id);
    expect(await rowOf(id)).toMatchObject({ selection: "all", nextLookAt: null });
    const { rows } = await db.drizzle.execute<{ name: string }>(
      sql`select name from scm.installation_repos order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(["acme-inc/app", "acme-inc/docs"]);
  });

  test("what is gone at GitHub is removed here", async () => {
    const id = await known();
    github.auth.uninstall(Number(id));
    await look(id);
    expect(await rowOf(id)).toMatchObject({ state: "removed", nextLookAt: null });
  });

  test.each([
    { fault: { times: 9, status: 403, route: "/app/installations" }, inMs: [3_500_000, 3_700_000] },
    { fault: { times: 9, status: 503, route: "/app/installations" }, inMs: [50_000, 70_000] },
  ])("when GitHub answers $fault.status it is left alone for a while, and nothing changes", async ({ fault, inMs }) => {
    const id = await known();
    github.faults.failures = fault;
    await look(id);
    github.faults.failures = null;
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: "active" });
    const wait = (row?.nextLookAt?.getTime() ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(inMs[0] ?? 0);
    expect(wait).toBeLessThan(inMs[1] ?? 0);
  });

  test("a sweep finds those that nobody told of, and has all of them looked at", async () => {
    const id = await known();
    const other = String(github.auth.install({ account: "eve", by: "eve" }).id);
    await db.drizzle.execute(sql`insert into scm.installation_sweeps values ('github', now())`);
    await sweepInstallations({ db, app, logger }, signal);
    for (const each of [id, other])
      expect(await rowOf(each)).toMatchObject({ state: "active", owner: null, nextLookAt: expect.any(Date) });
    const { rows } = await db.drizzle.execute(
      sql`select 1 from scm.installation_sweeps where next_look_at > now() + interval '23 hours'`,
    );
    expect(rows).toHaveLength(1);
  });
});
