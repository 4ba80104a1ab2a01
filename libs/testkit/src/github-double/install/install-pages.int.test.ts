import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAppAuth, type AppAuthDouble } from "../app/app-auth.ts";
import { sampleDirectory } from "../app/test/sample-directory.ts";
import type { WorldEvent } from "../ports.ts";
import { createInstallPages, type InstallPagesDouble } from "./install-pages.ts";

const clock = { at: Date.UTC(2026, 0, 1) };
const now = () => clock.at;
let events: WorldEvent[] = [];
let auth: AppAuthDouble;
let pages: InstallPagesDouble;
let origin: string;

const server = createServer((request, response) => {
  pages.handle(request, response).then(
    (handled) => handled || response.writeHead(418).end(),
    (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
  );
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  events = [];
  auth = createAppAuth({ now, directory: sampleDirectory, emit: (event) => events.push(event), app: { slug: "gt" } });
  pages = createInstallPages({ now, auth, directory: sampleDirectory });
  pages.callbackUrl = "http://gastown.test/callback";
  pages.setupUrl = "http://gastown.test/setup?from=github";
});

interface Seen {
  readonly status: number;
  readonly text: string;
  readonly location: URL | null;
}
async function look(path: string, init: RequestInit = {}): Promise<Seen> {
  const response = await fetch(new URL(path, origin), { redirect: "manual", ...init });
  const location = response.headers.get("location");
  return {
    status: response.status,
    text: await response.text(),
    location: location === null ? null : new URL(location, origin),
  };
}
const query = (seen: Seen) => Object.fromEntries(seen.location?.searchParams ?? []);
const post = (path: string, fields: Record<string, string> | [string, string][]) =>
  look(path, { method: "POST", body: new URLSearchParams(fields) });
/** What the browser would send for this page's form with this button. */
function fieldsOf({ text }: Seen, button: string): Record<string, string> {
  const hidden = [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]) => [
      name,
      value.replaceAll(/&#(\d+);/g, (__, code: string) => String.fromCharCode(Number(code))),
    ],
  );
  expect(text).toContain(`value="${button}"`);
  return { ...Object.fromEntries(hidden), install_target: "all", do: button } as Record<string, string>;
}
const install = (account: number, extra: object = {}) =>
  post("/apps/gt/installations", { target_id: String(account), do: "install", ...extra });
const told = () => events.map(({ event, action, sender }) => `${event}.${action} by ${sender}`);

test("who is not signed in signs in, chooses an account and repositories, and comes back with installation and state", async () => {
  const state = "v1.a&b=<c>";
  const asked = await look(`/apps/gt/installations/new?${new URLSearchParams({ state }).toString()}`);
  expect(asked.location?.pathname).toBe("/login");
  const signIn = await look(asked.location?.href ?? "");
  const signedIn = await post("/session", { ...fieldsOfSignIn(signIn), login: "olga" });
  const choice = await look(signedIn.location?.href ?? "");
  expect(choice.text).toContain("double of GitHub");
  const [, link = ""] = /<a href="([^"]+)">acme</.exec(choice.text) ?? [];
  const form = await look(link.replaceAll("&#38;", "&"));
  expect(form.text).toContain("acme/app");
  const done = await post("/apps/gt/installations", [
    ...Object.entries({ ...fieldsOf(form, "install"), install_target: "selected" }),
    ["repository_ids[]", "12"],
  ]);
  const [installation] = auth.installations;
  expect(installation).toMatchObject({ selection: "selected", repositoryIds: [12], account: { login: "acme" } });
  expect(done.location?.origin).toBe("http://gastown.test");
  expect(query(done)).toEqual({
    from: "github",
    installation_id: String(installation?.id),
    setup_action: "install",
    state,
  });
  expect(told()).toEqual(["installation.created by olga"]);
});

function fieldsOfSignIn({ text }: Seen): { return_to: string } {
  const [, value = ""] = /name="return_to" value="([^"]*)"/.exec(text) ?? [];
  return { return_to: value.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))) };
}

test("with user authorization on installation the callback gets a code, which is good once", async () => {
  pages.person = "mike";
  pages.authorizeOnInstall = true;
  const only = await look("/apps/gt/installations/new?target_id=3");
  const done = await post("/apps/gt/installations", fieldsOf(await look(only.location?.href ?? ""), "install"));
  expect(done.location?.href).toMatch(/^http:\/\/gastown\.test\/callback\?/);
  const { code = "", ...rest } = query(done);
  expect(rest).toEqual({ installation_id: String(auth.installations[0]?.id), setup_action: "install" });
  const token = await exchange({ code });
  expect(auth.identify(`Bearer ${token["access_token"]}`)).toEqual({ kind: "user", login: "mike", via: "oauth" });
  expect(await exchange({ code })).toMatchObject({ error: "bad_verification_code" });
});

async function exchange(fields: Record<string, string>): Promise<Record<string, string>> {
  const { clientId, clientSecret } = auth.app;
  const { status, text } = await look("/login/oauth/access_token", {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({ client_id: clientId, client_secret: clientSecret, ...fields }),
  });
  expect(status).toBe(200);
  return JSON.parse(text) as Record<string, string>;
}

test.each([
  ["another secret", { client_secret: "guess" }, "incorrect_client_credentials"],
  ["another App", { client_id: "Iv1.other" }, "incorrect_client_credentials"],
  ["a code nobody gave", { code: "0".repeat(20) }, "bad_verification_code"],
])("a code is exchanged for nobody with %s", async (_, fields, error) => {
  const code = pages.codeFor("mike");
  expect(await exchange({ code, ...fields })).toMatchObject({ error });
  // What was refused for the credentials leaves the code as it was.
  expect(Object.keys(await exchange({ code }))).toContain("access_token");
});

test("a code is good for ten minutes; without a wish for JSON the answer is a form", async () => {
  const { clientId: client_id, clientSecret: client_secret } = auth.app;
  const [early, late] = [pages.codeFor("mike"), pages.codeFor("mike")];
  clock.at += 10 * 60_000 - 1;
  const form = await post("/login/oauth/access_token", { client_id, client_secret, code: early });
  expect(new URLSearchParams(form.text).get("token_type")).toBe("bearer");
  clock.at += 1;
  expect(await exchange({ code: late })).toMatchObject({ error: "bad_verification_code" });
});

test("a member asks, an owner approves: the event names who asked, and the owner's browser has no state", async () => {
  pages.person = "mike";
  const form = await look("/apps/gt/installations/new/permissions?target_id=1&state=s1");
  expect(form.text).not.toContain('value="install"');
  const asked = await post("/apps/gt/installations", fieldsOf(form, "request"));
  expect(query(asked)).toEqual({ from: "github", setup_action: "request", state: "s1" });
  await post("/apps/gt/installations", fieldsOf(form, "request"));
  expect(pages.requests).toMatchObject([{ account: "acme", requester: "mike", repositories: null }]);
  expect(events).toEqual([]);

  expect((await look("/organizations/acme/settings/installations")).status).toBe(404);
  pages.person = "olga";
  const open = await look("/organizations/acme/settings/installations");
  expect(open.text).toContain("mike asks for all repositories");
  const approved = await post("/organizations/acme/settings/installations", fieldsOf(open, "approve"));
  const id = String(auth.installations[0]?.id);
  expect(query(approved)).toEqual({ from: "github", installation_id: id, setup_action: "install" });
  expect(told()).toEqual(["installation.created by olga"]);
  expect(events[0]?.parts()).toMatchObject({ requester: { login: "mike", id: 3 } });
  expect(pages.requests).toEqual([]);
});

test("a request can be denied, or approved without a browser", async () => {
  pages.person = "mike";
  const ask = () => post("/apps/gt/installations", { target_id: "1", do: "request" });
  await ask();
  pages.person = "olga";
  await post("/organizations/acme/settings/installations", { request: String(pages.requests[0]?.id), do: "deny" });
  expect([pages.requests, auth.installations]).toEqual([[], []]);
  pages.person = "mike";
  await ask();
  const id = pages.approve(pages.requests[0]?.id ?? 0, "olga");
  expect(auth.installation(id)?.account.login).toBe("acme");
  expect(() => pages.approve(99, "olga")).toThrow("no request 99");
});

test("where it is installed, it is changed: the way back says update; suspended and removed there too", async () => {
  pages.person = "olga";
  await install(1);
  const [{ id } = { id: 0 }] = auth.installations;
  const again = await look("/apps/gt/installations/new/permissions?target_id=1&state=s2");
  expect(again.location?.pathname).toBe(`/settings/installations/${id}`);
  const form = await look(again.location?.href ?? "");
  const saved = await post(`/settings/installations/${id}`, [
    ...Object.entries({ ...fieldsOf(form, "save"), install_target: "selected" }),
    ["repository_ids[]", "11"],
  ]);
  expect(query(saved)).toEqual({ from: "github", installation_id: String(id), setup_action: "update", state: "s2" });
  for (const wish of ["suspend", "unsuspend", "uninstall"])
    await post(`/settings/installations/${id}`, fieldsOf(await look(`/settings/installations/${id}`), wish));
  expect(told()).toEqual([
    "installation.created by olga",
    "installation_repositories.removed by olga",
    "installation.suspend by olga",
    "installation.unsuspend by olga",
    "installation.deleted by olga",
  ]);
});

test("nobody does what is not theirs, and nothing is half done", async () => {
  pages.person = "mike";
  expect((await install(1)).status).toBe(403);
  expect((await install(4)).status).toBe(404);
  expect((await install(3, { install_target: "selected" })).status).toBe(422);
  expect((await install(3, { install_target: "selected", "repository_ids[]": "11" })).status).toBe(422);
  const { id } = auth.install({ account: "acme" });
  expect((await post(`/settings/installations/${id}`, { do: "uninstall" })).status).toBe(404);
  const cancelled = await install(3, { do: "cancel" });
  expect(cancelled.location?.pathname).toBe("/apps/gt");
  expect(told()).toEqual(["installation.created by acme"]);
  expect((await look("/apps/other/installations/new")).status).toBe(418);
  const away = await post("/session", { login: "olga", return_to: "//evil.example/" });
  expect(away.location?.href).toBe(`${origin}/`);
  expect((await post("/session", { login: "<b>nobody</b>" })).text).not.toContain("<b>nobody");
});

test("without an address of the App the browser stays here", async () => {
  Object.assign(pages, { setupUrl: null, person: "mike" });
  expect((await install(3)).location?.pathname).toBe(`/settings/installations/${auth.installations[0]?.id}`);
});

function authorizeUrl(extra: Record<string, string> = {}): string {
  const fields = new URLSearchParams({ client_id: auth.app.clientId, state: "s3", ...extra });
  return `/login/oauth/authorize?${fields.toString()}`;
}

test("a person is asked once whether the App may act, and then goes straight back with a code", async () => {
  pages.person = "mike";
  const form = await look(authorizeUrl({ redirect_uri: "http://gastown.test/callback/deeper" }));
  const { install_target: _, ...fields } = fieldsOf(form, "authorize");
  const refused = await post("/login/oauth/authorize", { ...fields, do: "cancel" });
  expect(query(refused)).toMatchObject({ error: "access_denied", state: "s3" });
  const allowed = await post("/login/oauth/authorize", fields);
  expect(allowed.location?.pathname).toBe("/callback/deeper");
  expect(query(allowed)).toEqual({ code: expect.any(String) as string, state: "s3" });
  const again = await look(authorizeUrl());
  expect([again.status, again.location?.pathname]).toEqual([302, "/callback"]);
  expect(await exchange({ code: query(again)["code"] ?? "" })).toMatchObject({ token_type: "bearer" });
});

test.each([
  ["http://evil.example/callback", "redirect_uri_mismatch"],
  ["http://gastown.test/callbacks", "redirect_uri_mismatch"],
  ["http://gastown.test:81/callback", "redirect_uri_mismatch"],
  ["not a URL", "redirect_uri_mismatch"],
])("a way back to %s goes to the callback, with an error and no code", async (redirect_uri, error) => {
  pages.person = "mike";
  pages.codeFor("mike");
  const seen = await look(authorizeUrl({ redirect_uri }));
  expect(seen.location?.href).toMatch(/^http:\/\/gastown\.test\/callback\?/);
  expect(query(seen)).toMatchObject({ error, state: "s3" });
  expect(query(seen)).not.toHaveProperty("code");
});

test("an App with another client id is nobody's", async () => {
  pages.person = "mike";
  expect((await look(authorizeUrl({ client_id: "Iv1.other" }))).status).toBe(404);
});
