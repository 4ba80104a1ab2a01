import { connectDatabase } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adminToken, silent, useGateway } from "../test/start-gateway.ts";
import { createSigner } from "./signer.ts";
import { answerOwners, type Owners } from "./test/answer-owners.ts";
import { newVisitor, type Seen, type Visitor } from "./test/visitor.ts";

const signingKeys = [{ id: "v1", secret: Buffer.alloc(32, 3) }];
const githubAppUrl = "https://github.example/apps/gastown";
const gateway = useGateway({ githubAppUrl, signingKeys });
const step = "/onboarding?step=repo&town=acme";
let owners: Owners;

beforeAll(() => {
  owners = answerOwners(gateway.bus, gateway.signal);
});

const installation = {
  installation: "77",
  account: { id: "5", login: "acme-inc", type: "Organization" },
  state: "active" as const,
  selection: "all" as const,
  permissions: { contents: "write" },
  owner: null as string | null,
  linkedBy: null,
  linkedAt: null,
  repositories: 2,
};
const person = { id: "9", login: "ada", type: "User" };
const verified = (owner: string | null = null) => ({
  outcome: "verified" as const,
  proof: "p".repeat(43),
  person,
  installation: { ...installation, owner },
});

beforeEach(() => {
  owners.verify = () => verified();
  owners.refuse = null;
  owners.asked.length = 0;
  owners.told.length = 0;
});

const newBrowser = (): Visitor => newVisitor(() => gateway.url);

async function signedIn(token = adminToken): Promise<Visitor> {
  const browser = newBrowser();
  const seen = await browser.post("/login", { token });
  expect(seen).toMatchObject({ status: 303, location: "/onboarding" });
  return browser;
}

async function tokenFor(body: { name: string; scope: string; town?: string }): Promise<{ token: string; id: string }> {
  return (await gateway.call("/v1/tokens", { body })).body.data;
}

/** The browser begins a visit; answers the state it takes to GitHub. */
async function begin(browser: Visitor, query = `town=acme&return=${encodeURIComponent(step)}`): Promise<string> {
  const seen = await browser.get(`/integrations/github/install?${query}`);
  expect(seen.status).toBe(303);
  return new URL(seen.location ?? "").searchParams.get("state") ?? "";
}

const whole = { installation_id: "77", setup_action: "install", code: "c0de" };

function comeBack(browser: Visitor, parameters: Record<string, string | undefined>): Promise<Seen> {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return browser.get(`/integrations/github/callback?${new URLSearchParams(given).toString()}`);
}

describe("signing in", () => {
  test("pages ask for a token first, and lead back; a visit to GitHub leads back to where it would", async () => {
    const browser = newBrowser();
    const page = await browser.get(step);
    expect(page).toMatchObject({ status: 303, location: `/login?return=${encodeURIComponent(step)}` });
    const visit = await browser.get(`/integrations/github/install?return=${encodeURIComponent(step)}`);
    expect(visit).toMatchObject({ status: 303, location: `/login?return=${encodeURIComponent(step)}` });
    const form = await browser.get(page.location ?? "");
    expect(form.text).toContain(`value="${step.replaceAll("&", "&amp;")}"`);
    expect(await browser.post("/login", { token: adminToken, return: step })).toMatchObject({
      status: 303,
      location: step,
    });
    expect((await browser.get("/integrations/github")).status).toBe(200);
  });

  test("a wrong token is asked for again, and never shown", async () => {
    const browser = newBrowser();
    const seen = await browser.post("/login", { token: "wrong-token-0123456789", return: step });
    expect(seen.status).toBe(401);
    expect(seen.text).not.toContain("wrong-token");
    expect(browser.cookies.size).toBe(0);
  });

  test("nobody is led elsewhere by it", async () => {
    const seen = await newBrowser().post("/login", { token: adminToken, return: "//evil.com" });
    expect(seen.location).toBe("/onboarding");
    expect((await newBrowser().get("/login?return=//evil.com")).text).not.toContain("evil.com");
  });

  test("a form of another site is refused", async () => {
    const browser = newBrowser();
    expect(await browser.post("/login", { token: adminToken }, "https://evil.com")).toMatchObject({ status: 403 });
    expect(browser.cookies.size).toBe(0);
  });

  test("ends with the token, with signing out, and with a cookie that is not ours", async () => {
    const { token, id } = await tokenFor({ name: "ada", scope: "write" });
    const browser = await signedIn(token);
    expect((await browser.get("/integrations/github")).text).toContain("ada");
    await gateway.call(`/v1/tokens/${id}`, { method: "DELETE" });
    expect((await browser.get("/integrations/github")).location).toMatch(/^\/login/);
    const other = await signedIn();
    await other.post("/logout", {});
    expect((await other.get("/integrations/github")).location).toMatch(/^\/login/);
    other.setCookie("gastown", createSigner(signingKeys, "state").sign({ t: "bootstrap", f: "x", exp: 9e9 }));
    expect((await other.get("/integrations/github")).location).toMatch(/^\/login/);
  });

  test("the cookie is for this site's server alone", async () => {
    const seen = await newBrowser().post("/login", { token: adminToken });
    expect(seen.headers.get("set-cookie")).toMatch(/^gastown=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test("pages allow nothing from elsewhere, and are not kept", async () => {
    const { headers, text } = await newBrowser().get("/login");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).not.toContain("<script");
  });
});

describe("a visit begins", () => {
  test("with a state for GitHub and a nonce for this browser", async () => {
    const browser = await signedIn();
    const seen = await browser.get(`/integrations/github/install?town=acme&return=${encodeURIComponent(step)}`);
    expect(seen.headers.get("referrer-policy")).toBe("no-referrer");
    const url = new URL(seen.location ?? "");
    expect(url.origin + url.pathname).toBe(`${githubAppUrl}/installations/new`);
    expect(url.searchParams.get("state")).toMatch(/^v1\.[^.]+\.[^.]+$/);
    expect(seen.headers.get("set-cookie")).toMatch(
      /^ghi=[A-Za-z0-9_-]{22}; Max-Age=1800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  test.each(["//evil.com", "https://evil.com", "/api/x", "/integrations/github/callback", "/onboarding%0d"])(
    "a path that is no page of ours is left out: %s",
    async (path) => {
      const browser = await signedIn();
      const state = await begin(browser, `return=${encodeURIComponent(path)}`);
      expect((await comeBack(browser, { ...whole, state })).location).toBe(
        "/integrations/github?github_install=success&success=installed",
      );
    },
  );

  test("only for a town that the token may change", async () => {
    const reader = await signedIn((await tokenFor({ name: "reader", scope: "read" })).token);
    expect((await reader.get("/integrations/github/install")).status).toBe(403);
    const { token } = await tokenFor({ name: "own", scope: "write", town: "acme" });
    const own = await signedIn(token);
    for (const town of ["beta", "_"])
      expect((await own.get(`/integrations/github/install?town=${town}`)).status).toBe(403);
    await begin(own, "town=acme");
    const state = await begin(own, "");
    await comeBack(own, { ...whole, state });
    expect(owners.told).toMatchObject([{ townid: "acme", actor: "user:own" }]);
  });

  test("only for a town there is", async () => {
    const browser = await signedIn();
    expect((await browser.get("/integrations/github/install?town=nowhere")).status).toBe(404);
    expect((await browser.get("/integrations/github/install?town=No.Town")).status).toBe(400);
  });
});

type Row = [
  name: string,
  given: { query?: Record<string, string | undefined>; verify?: Owners["verify"]; refuse?: Owners["refuse"] },
  said: string,
];
const fail = (): never => {
  throw new Error("GitHub is on fire");
};
// Each row of kilo-container-api §8.4, on the step that the visit began on.
const rows: Row[] = [
  ["installed", {}, "github_install=success"],
  ["installed, without the word for it", { query: { setup_action: undefined } }, "github_install=success"],
  ["installed before for this town", { verify: () => verified("acme") }, "github_install=success"],
  [
    "changed, and linked to this town",
    { query: { setup_action: "update" }, verify: () => verified("acme") },
    "github_install=success",
  ],
  ["removed at GitHub", { query: { setup_action: "delete" } }, "github_action=delete"],
  ["suspended at GitHub", { query: { setup_action: "suspend" } }, "github_action=suspend"],
  [
    "asked for",
    {
      query: { setup_action: "request", installation_id: undefined },
      verify: () => ({ ...verified(), installation: null }),
    },
    "github_install=pending&github_pending_approval=true",
  ],
  [
    "asked for before",
    {
      query: { setup_action: "request" },
      verify: () => ({ ...verified(), installation: null }),
      refuse: "already_exists",
    },
    "github_install=error&error=pending_installation_exists&org=acme",
  ],
  [
    "asking failed",
    { query: { setup_action: "request" }, verify: fail },
    "github_install=error&error=pending_setup_failed",
  ],
  [
    "asked for by nobody known",
    { query: { setup_action: "request", code: undefined } },
    "github_install=error&error=pending_setup_failed",
  ],
  ["no installation", { query: { installation_id: undefined } }, "github_install=error&error=missing_installation_id"],
  ["no code", { query: { code: undefined } }, "github_install=error&error=missing_code"],
  ["a used code", { verify: () => ({ outcome: "code_refused" }) }, "github_install=error&error=code_refused"],
  [
    "GitHub does not know it, or it is not theirs",
    { verify: () => ({ outcome: "not_found" }) },
    "github_install=error&error=installation_not_found&id=77",
  ],
  [
    "another owner has it",
    { verify: () => verified("beta") },
    "github_install=error&error=installation_already_claimed",
  ],
  [
    "another owner was quicker",
    { refuse: "already_exists" },
    "github_install=error&error=installation_already_claimed",
  ],
  ["GitHub fails", { verify: fail }, "github_install=error&error=installation_failed"],
  ["linking is refused", { refuse: "stale" }, "github_install=error&error=installation_failed"],
  ["no App", { verify: () => ({ outcome: "no_app" }) }, "github_install=error&error=app_not_configured"],
  ["a word nobody knows", { query: { setup_action: "explode" } }, "github_install=error&error=installation_failed"],
];

describe("a visit ends where it began", () => {
  test.each(rows)("%s", async (_, { query, verify, refuse }, said) => {
    const browser = await signedIn();
    const state = await begin(browser);
    if (verify !== undefined) owners.verify = verify;
    if (refuse !== undefined) owners.refuse = refuse;
    const seen = await comeBack(browser, { ...whole, ...query, state });
    expect(seen).toMatchObject({ status: 303, location: `${step}&${said}` });
    expect(seen.headers.get("referrer-policy")).toBe("no-referrer");
  });

  test("scm is asked about the number and the code, and told the proof, for the town and the person", async () => {
    const browser = await signedIn();
    const state = await begin(browser);
    await comeBack(browser, { ...whole, state });
    expect(owners.asked).toEqual([{ town: "acme", data: { installation: "77", code: "c0de", user: "bootstrap" } }]);
    expect(owners.told).toEqual([
      {
        type: "scm.installation.link",
        townid: "acme",
        actor: "user:admin",
        data: { installation: "77", proof: "p".repeat(43), user: "bootstrap" },
      },
    ]);
  });

  test.each(["update", "delete", "suspend", "request"])("nothing is linked by %s", async (action) => {
    const browser = await signedIn();
    const state = await begin(browser);
    await comeBack(browser, { ...whole, setup_action: action, state });
    expect(owners.told.filter(({ type }) => type === "scm.installation.link")).toEqual([]);
  });
});

const defaultPage = (error: string) => `/integrations/github?github_install=error&error=${error}`;

/** What a browser with this state comes to, and what the owners heard of it. */
async function tried(browser: Visitor, state: string) {
  const { status, location } = await comeBack(browser, { ...whole, state });
  return { status, location, asked: owners.asked.length, told: owners.told.length };
}
const refusal = (error: string) => ({ status: 303, location: defaultPage(error), asked: 0, told: 0 });

describe("a state is refused", () => {
  test("when it comes a second time", async () => {
    const browser = await signedIn();
    const state = await begin(browser);
    const cookie = browser.cookies.get("ghi") ?? "";
    await comeBack(browser, { ...whole, state });
    owners.asked.length = 0;
    owners.told.length = 0;
    expect(await tried(browser, state)).toEqual(refusal("state_foreign"));
    // Whoever keeps the cookie does not get further.
    browser.setCookie("ghi", cookie);
    expect(await tried(browser, state)).toEqual(refusal("state_used"));
  });

  test("of two that come at the same moment", async () => {
    const browser = await signedIn();
    const state = await begin(browser);
    const seen = await Promise.all([comeBack(browser, { ...whole, state }), comeBack(browser, { ...whole, state })]);
    expect(seen.map(({ location }) => location)).toEqual(
      expect.arrayContaining([defaultPage("state_used"), `${step}&github_install=success`]),
    );
    expect(owners.told).toHaveLength(1);
  });

  test("when another person brings it, even with the cookie", async () => {
    const browser = await signedIn();
    const state = await begin(browser);
    const thief = await signedIn((await tokenFor({ name: "thief", scope: "admin" })).token);
    expect(await tried(thief, state)).toEqual(refusal("state_foreign"));
    thief.setCookie("ghi", browser.cookies.get("ghi") ?? "");
    expect(await tried(thief, state)).toEqual(refusal("state_foreign"));
    // And it is not used up by that.
    expect((await comeBack(browser, { ...whole, state })).location).toBe(`${step}&github_install=success`);
  });

  test("when another browser of the same person brings it (login CSRF)", async () => {
    const state = await begin(await signedIn());
    expect(await tried(await signedIn(), state)).toEqual(refusal("state_foreign"));
  });

  test("when it was changed", async () => {
    const browser = await signedIn();
    const [id = "", body = "", mac = ""] = (await begin(browser)).split(".");
    const said = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...said, o: "beta" })).toString("base64url");
    expect(await tried(browser, `${id}.${forged}.${mac}`)).toEqual(refusal("state_tampered"));
    expect(await tried(browser, `${id}.${body}.`)).toEqual(refusal("state_tampered"));
    expect(await tried(browser, `v2.${body}.${mac}`)).toEqual(refusal("state_tampered"));
  });

  test("when its time is over, by what it says and by what is stored", async () => {
    const browser = await signedIn();
    const state = await begin(browser);
    const said = JSON.parse(Buffer.from(state.split(".")[1] ?? "", "base64url").toString()) as object;
    const old = createSigner(signingKeys, "github install state").sign({ ...said, exp: 1_700_000_000 });
    expect(await tried(browser, old)).toEqual(refusal("state_expired"));
    const db = await connectDatabase({ url: gateway.databaseUrl, schema: "gateway", name: "test", logger: silent });
    await db.drizzle.execute(sql`update gateway.install_visits set expires_at = now() - interval '1 second'`);
    await db.close();
    expect(await tried(browser, state)).toEqual(refusal("state_used"));
  });

  test("when it is signed by us and no such visit was begun", async () => {
    const browser = await signedIn();
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const nonce = "AAAAAAAAAAAAAAAAAAAAAA";
    const state = createSigner(signingKeys, "github install state").sign({
      n: nonce,
      u: "bootstrap",
      o: "acme",
      r: null,
      exp,
    });
    browser.setCookie("ghi", nonce);
    expect(await tried(browser, state)).toEqual(refusal("state_used"));
  });
});

test("who is not signed in any more goes to the entrance", async () => {
  const browser = await signedIn();
  const state = await begin(browser);
  await browser.post("/logout", {});
  expect(await comeBack(browser, { ...whole, state })).toMatchObject({ status: 303, location: "/" });
  expect(owners.asked).toEqual([]);
});

test.each([{ setup_action: "install", installation_id: "77", code: "c0de" }, { setup_action: "request" }, {}])(
  "who comes without a state links nothing and is shown where to begin: %j",
  async (query) => {
    for (const browser of [newBrowser(), await signedIn()]) {
      const seen = await comeBack(browser, query);
      expect(seen.status).toBe(200);
      expect(seen.text).toContain('href="/integrations/github"');
    }
    expect({ asked: owners.asked, told: owners.told }).toEqual({ asked: [], told: [] });
  },
);

const page = (query: string): string => `/integrations/github?${query}`;
const confirm = "/integrations/github/confirm";

describe("a state of the older form", () => {
  test.each<[string, string, Record<string, string | undefined>, string]>([
    ["user", "user_bootstrap", {}, confirm],
    ["organization", "org_acme", {}, confirm],
    ["with a path", `user_bootstrap|return=${encodeURIComponent(step)}`, {}, confirm],
    ["another user", "user_somebody", {}, "/"],
    ["no user", "user_", {}, "/"],
    ["neither", "team_7", {}, "/"],
    ["no town", "org_nowhere", {}, page("town=nowhere&github_install=error&error=installation_failed")],
    ["not even a name", "org_No_Town", {}, "/"],
    ["removed", "user_bootstrap", { setup_action: "delete" }, page("github_action=delete")],
    [
      "asked for",
      "org_acme",
      { setup_action: "request" },
      page("town=acme&github_install=pending&pending_approval=true"),
    ],
    [
      "no number, on the page it names",
      `org_acme|return=${encodeURIComponent(step)}`,
      { installation_id: undefined },
      `${step}&github_install=error&error=missing_installation_id`,
    ],
    [
      "no number, and a path that is none",
      "org_acme|return=%2F%2Fevil.com",
      { installation_id: undefined },
      page("town=acme&github_install=error&error=missing_installation_id"),
    ],
    [
      "no number, and a path that is not well formed",
      "org_acme|return=%zz",
      { installation_id: undefined },
      page("town=acme&github_install=error&error=missing_installation_id"),
    ],
  ])("%s", async (_, state, query, location) => {
    const browser = await signedIn();
    if (query["setup_action"] === "request") owners.verify = () => ({ ...verified(), installation: null });
    const seen = await comeBack(browser, { ...whole, ...query, state });
    expect(seen).toMatchObject({ status: 303, location });
    expect(owners.told.filter(({ type }) => type === "scm.installation.link")).toEqual([]);
  });

  test("of a town that the person may not change is refused", async () => {
    const browser = await signedIn((await tokenFor({ name: "beta", scope: "write", town: "beta" })).token);
    expect((await comeBack(browser, { ...whole, state: "org_acme" })).location).toBe(
      "/integrations/github?town=acme&github_install=error&error=installation_failed",
    );
    expect(owners.asked).toEqual([]);
  });

  test("links once the person says so, once, and only to them", async () => {
    const browser = await signedIn();
    await comeBack(browser, { ...whole, state: `org_acme|return=${encodeURIComponent(step)}` });
    const asked = await browser.get(confirm);
    expect(asked.text).toContain("acme-inc");
    expect(asked.text).toContain("ada");
    expect(owners.told).toEqual([]);
    const cookie = browser.cookies.get("ghi") ?? "";
    const other = await signedIn((await tokenFor({ name: "other", scope: "admin" })).token);
    other.setCookie("ghi", cookie);
    const lost = "/integrations/github?github_install=error&error=state_expired";
    expect((await other.post(confirm, {})).location).toBe(lost);
    expect((await browser.post(confirm, {}, "https://evil.com")).status).toBe(403);
    expect(owners.told).toEqual([]);
    expect((await browser.post(confirm, {})).location).toBe(`${step}&github_install=success`);
    expect(owners.told).toMatchObject([{ type: "scm.installation.link", townid: "acme" }]);
    browser.setCookie("ghi", cookie);
    expect((await browser.post(confirm, {})).location).toBe(lost);
    expect(owners.told).toHaveLength(1);
  });
});

test("a change of an installation that nobody has linked is linked when the person says so", async () => {
  const browser = await signedIn();
  const state = await begin(browser);
  const seen = await comeBack(browser, { ...whole, setup_action: "update", state });
  expect(seen.location).toBe("/integrations/github/confirm");
  // The cookie of a confirmation does not open another visit.
  expect((await comeBack(browser, { ...whole, state })).location).toBe(defaultPage("state_foreign"));
  expect((await browser.post("/integrations/github/confirm", {})).location).toBe(`${step}&github_install=success`);
});
