import { createPrivateKey, createSign, generateKeyPairSync } from "node:crypto";
import { createAppAuth as octokitAppAuth } from "@octokit/auth-app";
import { expect, test } from "vitest";
import type { WorldEvent } from "../ports.ts";
import { createAppAuth } from "./app-auth.ts";
import { sampleDirectory } from "./test/sample-directory.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const minute = 60_000;

function started(at = Date.UTC(2026, 0, 1)) {
  const clock = { at };
  const events: WorldEvent[] = [];
  const auth = createAppAuth({
    now: () => clock.at,
    directory: sampleDirectory,
    emit: (event) => events.push(event),
    app: { privateKey: key, id: 77, clientId: "Iv23client" },
  });
  const told = () => events.splice(0).map(({ event, action, sender }) => `${event}.${action} by ${sender}`);
  return { clock, events, auth, told };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
function jwt(claims: object, { head = { alg: "RS256", typ: "JWT" }, pem = key } = {}): string {
  const text = `${encode(head)}.${encode(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(createPrivateKey(pem)).toString("base64url")}`;
}
const basic = (token: string) => `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;

test("the token that @octokit/auth-app makes lets the App in, by its id and by its client id", async () => {
  const { auth } = started(Date.now());
  for (const appId of [auth.app.id, auth.app.clientId]) {
    const { token } = await octokitAppAuth({ appId, privateKey: auth.app.privateKey })({ type: "app" });
    expect(auth.identify(`Bearer ${token}`)).toEqual({ kind: "app" });
  }
});

test("a key is made when none was given, and its tokens are good", async () => {
  const own = createAppAuth({ now: () => Date.now(), directory: sampleDirectory, emit: () => undefined });
  const { token } = await octokitAppAuth({ appId: own.app.id, privateKey: own.app.privateKey })({ type: "app" });
  expect(own.identify(`bearer ${token}`)).toEqual({ kind: "app" });
  expect(own.app.privateKey).toContain("BEGIN RSA PRIVATE KEY");
});

const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const otherKey = other.export({ type: "pkcs8", format: "pem" }).toString();
const second = Date.UTC(2026, 0, 1) / 1_000;
const good = { iss: "77", iat: second - 30, exp: second + 570 };
const decoded = "A JSON web token could not be decoded";

test.each([
  ["another key", jwt(good, { pem: otherKey }), decoded],
  ["no signature", jwt(good).replace(/[^.]+$/, ""), decoded],
  ["alg none", jwt(good, { head: { alg: "none", typ: "JWT" } }), decoded],
  ["another App", jwt({ ...good, iss: "78" }), decoded],
  ["no iss", jwt({ ...good, iss: undefined }), "'Issuer' claim ('iss')"],
  ["11 minutes", jwt({ ...good, exp: second + 660 }), "too far in the future"],
  ["run out", jwt({ ...good, exp: second }), "'Expiration time' claim ('exp') must be"],
  ["of the future", jwt({ ...good, iat: second + 30 }), "'Issued at' claim ('iat')"],
  ["no iat", jwt({ ...good, iat: undefined }), "'Issued at' claim ('iat')"],
])("a JWT with %s is refused", (_, token, message) => {
  const { auth } = started();
  expect(auth.identify(`Bearer ${token}`)).toEqual({
    kind: "refused",
    status: 401,
    message: expect.stringContaining(message) as string,
  });
});

test("a JWT is for Bearer alone: git's Basic does not take it", () => {
  const { auth } = started();
  expect(auth.identify(`Bearer ${jwt(good)}`)).toEqual({ kind: "app" });
  expect(auth.identify(basic(jwt(good)))).toMatchObject({ kind: "refused", status: 401 });
});

test("an installation token is long, is narrowed as asked, and ends after an hour", () => {
  const { auth, clock } = started();
  const { id } = auth.install({ account: "acme" });
  const minted = auth.mint(id, { repositoryIds: [11], permissions: { contents: "write" } });
  if (!minted.ok) throw new Error(minted.message);
  expect(minted.token).toMatch(/^ghs_77_[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(minted.token.length).toBeGreaterThan(200);
  expect(minted.expiresAt - clock.at).toBe(60 * minute);
  const caller = {
    kind: "installation",
    installation: id,
    login: "gastown-double[bot]",
    permissions: { metadata: "read", contents: "write" },
    repositoryIds: [11],
  };
  for (const shown of [`Bearer ${minted.token}`, `token ${minted.token}`, basic(minted.token)])
    expect(auth.identify(shown)).toEqual(caller);
  clock.at += 60 * minute - 1;
  expect(auth.identify(basic(minted.token))).toEqual(caller);
  clock.at += 1;
  expect(auth.identify(basic(minted.token))).toEqual({ kind: "refused", status: 401, message: "Bad credentials" });
});

test("two tokens are never the same, one that was changed or taken back is refused", () => {
  const { auth } = started();
  const { id } = auth.install({ account: "acme" });
  const [one, two] = [auth.mint(id, {}), auth.mint(id, {})];
  if (!one.ok || !two.ok) throw new Error("not minted");
  expect(one.token).not.toBe(two.token);
  expect(one).toMatchObject({ repositoryIds: null, permissions: { administration: "read", workflows: "write" } });
  expect(auth.identify(`Bearer ${one.token.slice(0, -4)}AAAA`)).toMatchObject({ kind: "refused" });
  auth.revoke(one.token);
  expect(auth.identify(`Bearer ${one.token}`)).toMatchObject({ kind: "refused", status: 401 });
  expect(auth.identify(`Bearer ${two.token}`)).toMatchObject({ kind: "installation" });
});

test.each([
  ["a repository it does not reach", { repositoryIds: [12] }, 422],
  ["a repository nobody has", { repositories: ["nothing"] }, 422],
  ["a repository by name", { repositories: ["app"] }, 201],
  ["more than was granted", { permissions: { contents: "admin" as const } }, 422],
  ["what was not granted", { permissions: { issues: "read" as const } }, 422],
  ["less than was granted", { permissions: { contents: "read" as const } }, 201],
])("a token for %s", (_, narrowing, status) => {
  const { auth } = started();
  const { id } = auth.install({ account: "acme", repositories: ["app"] });
  const minted = auth.mint(id, narrowing);
  expect(minted.ok ? 201 : minted.status).toBe(status);
  expect(auth.tokenRequests).toEqual([{ at: Date.UTC(2026, 0, 1), installation: id, narrowing, status }]);
});

test("suspended: tokens are refused with 403 and none is minted; unsuspended: they are good again; removed: 404 and 401", () => {
  const { auth, told } = started();
  const { id } = auth.install({ account: "acme", by: "olga" });
  const minted = auth.mint(id, {});
  const shown = minted.ok ? `Bearer ${minted.token}` : "";
  const message = "This installation has been suspended";
  auth.suspend(id, "olga");
  auth.suspend(id, "olga");
  expect(auth.identify(shown)).toEqual({ kind: "refused", status: 403, message });
  expect(auth.mint(id, {})).toEqual({ ok: false, status: 403, message });
  auth.unsuspend(id, "olga");
  expect(auth.identify(shown)).toMatchObject({ kind: "installation" });
  auth.uninstall(id, "olga");
  expect(auth.mint(id, {})).toEqual({ ok: false, status: 404, message: "Not Found" });
  expect(auth.identify(shown)).toMatchObject({ kind: "refused", status: 401 });
  expect(auth.installation(id)).toBeNull();
  expect(told()).toEqual([
    "installation.created by olga",
    "installation.suspend by olga",
    "installation.unsuspend by olga",
    "installation.deleted by olga",
  ]);
});

test("repositories that come and go are told, and a token for one that went reaches it no longer", () => {
  const { auth, events, told } = started();
  const { id } = auth.install({ account: "acme", repositories: ["acme/app"], requester: "mike" });
  expect(events[0]?.parts()).toEqual({
    repositories: [{ id: 11, node_id: "R_11", name: "app", full_name: "acme/app", private: false }],
    requester: { login: "mike", id: 3, node_id: "N_3", type: "User", site_admin: false },
  });
  const minted = auth.mint(id, { repositoryIds: [11] });
  expect([auth.installationOf(11)?.id, auth.installationOf(12)]).toEqual([id, null]);
  events.length = 0;
  auth.select(id, [12]);
  expect(events.map((event) => event.parts())).toMatchObject([
    { repository_selection: "selected", repositories_added: [{ full_name: "acme/secret" }], repositories_removed: [] },
    { repository_selection: "selected", repositories_added: [], repositories_removed: [{ full_name: "acme/app" }] },
  ]);
  expect(told()).toEqual(["installation_repositories.added by acme", "installation_repositories.removed by acme"]);
  expect(auth.identify(minted.ok ? `Bearer ${minted.token}` : "")).toMatchObject({ repositoryIds: [] });
  auth.select(id, "all");
  expect(told()).toEqual(["installation_repositories.added by acme"]);
  auth.acceptPermissions(id, { metadata: "read" });
  expect(told()).toEqual(["installation.new_permissions_accepted by acme"]);
  expect(auth.mint(id, { permissions: { contents: "read" } })).toMatchObject({ status: 422 });
});

test("an account has one installation; installing again changes its repositories", () => {
  const { auth, told } = started();
  const first = auth.install({ account: "acme", repositories: ["app"] });
  expect(auth.install({ account: "acme" })).toBe(first);
  expect(first.selection).toBe("all");
  expect(told()).toEqual(["installation.created by acme", "installation_repositories.added by acme"]);
  expect(auth.install({ account: "mike" }).id).not.toBe(first.id);
  expect(() => auth.install({ account: "nobody" })).toThrow("account: nobody is called nobody");
  expect(() => auth.install({ account: "acme", repositories: ["toy"] })).toThrow("repositories: acme has none");
});

test("people are let in by their tokens, until these are revoked", () => {
  const { auth } = started();
  const [personal, oauth] = [auth.personalToken("mike"), auth.userToken("olga")];
  expect([personal.slice(0, 4), oauth.slice(0, 4)]).toEqual(["ghp_", "ghu_"]);
  expect(auth.identify(basic(personal))).toEqual({ kind: "user", login: "mike", via: "personal" });
  expect(auth.identify(`Basic ${Buffer.from(`${personal}:x-oauth-basic`).toString("base64")}`)).toMatchObject({
    login: "mike",
  });
  expect(auth.identify(`token ${oauth}`)).toEqual({ kind: "user", login: "olga", via: "oauth" });
  auth.revoke(personal);
  expect(auth.identify(basic(personal))).toMatchObject({ kind: "refused", status: 401 });
});

test.each([
  [undefined, "anonymous"],
  ["", "refused"],
  ["Bearer ghp_unknown", "refused"],
  ["Digest abc", "refused"],
  ["Basic !!!", "refused"],
])("%s is %s", (authorization, kind) => {
  expect(started().auth.identify(authorization)).toMatchObject({ kind });
});

test("two doubles of one process share no ids and no tokens", () => {
  const [one, two] = [started().auth, started().auth];
  const [a, b] = [one.install({ account: "acme" }), two.install({ account: "acme" })];
  expect(a.id).not.toBe(b.id);
  const minted = one.mint(a.id, {});
  expect(two.identify(minted.ok ? `Bearer ${minted.token}` : "")).toMatchObject({ kind: "refused" });
});
