import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectBus, provision, type Bus } from "@gastown/bus";
import { connectDatabase } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { start as startGateway } from "@gastown/gateway";
import { start as startScm } from "@gastown/scm";
import { freePort } from "@gastown/service";
import { eventually, useServers } from "@gastown/testkit";
import { startGithubDouble, type GithubDouble } from "@gastown/testkit/github-double";
import { start as startTown } from "@gastown/town";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newVisitor, type Seen, type Visitor } from "../../services/gateway/src/install/test/visitor.ts";
import { adminToken, silent } from "./town-and-gateway.ts";

// Gateway, town and scm with real NATS and Postgres, and a double of GitHub: a person comes from our pages to its pages and back.
const servers = useServers();
let github: GithubDouble;
let gatewayUrl: string;
let bus: Bus;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  github = await startGithubDouble();
  closing.push(() => github.close());
  await fillWorld(github);
  const ended = new AbortController();
  bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger: silent });
  await provision(bus, { logger: silent });
  const folder = await mkdtemp(join(tmpdir(), "gastown-install-"));
  const shared = { natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl, host: "127.0.0.1" };
  const options = { logger: silent, signal: ended.signal };
  const { app, webUrl, apiUrl } = github;
  const client = { id: app.clientId, secret: app.clientSecret };
  const [town, scm, gateway] = await Promise.all([
    startTown(shared, options),
    startScm(
      {
        ...shared,
        port: await freePort(),
        reposDir: join(folder, "forge"),
        tokenSecret: "s".repeat(32),
        github: {
          webUrl,
          apiUrl,
          app: { appId: String(app.id), slug: app.slug, privateKey: app.privateKey, client },
          token: null,
          webhookSecrets: [app.webhookSecret],
        },
      },
      options,
    ),
    startGateway(
      {
        ...shared,
        port: await freePort(),
        bootstrapToken: adminToken,
        githubAppUrl: `${webUrl}/apps/${app.slug}`,
        verdictTimeoutMs: 20_000,
      },
      options,
    ),
  ]);
  closing.unshift(
    ...[gateway, scm, town].map((service) => () => service.close()),
    () => bus.close(),
    () => rm(folder, { recursive: true, force: true }),
  );
  gatewayUrl = gateway.url;
  github.deliveries.url = `${scm.url}/hooks/github`;
  github.pages.callbackUrl = `${gatewayUrl}/integrations/github/callback`;
  github.pages.authorizeOnInstall = true;
});
afterAll(async () => {
  for (const close of closing) await close();
});

/** Ada owns two organizations, Bob is a member of one; Eve is on her own. */
async function fillWorld({ world }: GithubDouble): Promise<void> {
  world.people.organization("acme-inc", ["ada"]);
  world.people.organization("beta-inc", ["ada"]);
  world.people.join("beta-inc", "bob");
  world.people.add("eve");
  for (const [owner, name] of [
    ["acme-inc", "app"],
    ["acme-inc", "docs"],
    ["beta-inc", "site"],
    ["eve", "toy"],
  ] as const)
    await world.repositories.add({ owner, name, git: "disk", files: { "README.md": "# sample\n" } });
}

async function api(path: string, body?: unknown) {
  const answer = await fetch(gatewayUrl + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as { data: { items: { [field: string]: unknown }[]; [field: string]: unknown } };
  return json.data;
}
const installationOn = async (login: string) =>
  (await api("/v1/installations")).items.find(({ account }) => (account as { login: string }).login === login);

/** What a browser has before it, and where that is. */
class Browsing {
  readonly #ours: Visitor = newVisitor(() => gatewayUrl);
  readonly #theirs: Visitor = newVisitor(() => github.webUrl);
  readonly #person: string;
  url = new URL("about:blank");
  page: Seen = { status: 0, headers: new Headers(), location: null, text: "" };

  constructor(person: string) {
    this.#person = person;
  }

  /** Opens an address and follows where it leads. */
  async open(address: string): Promise<void> {
    await this.#go(new URL(address, this.url.protocol === "about:" ? gatewayUrl : this.url));
  }

  /** Follows the link with this text. */
  async follow(text: string): Promise<void> {
    const found = [...this.page.text.matchAll(/<a [^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].find(([, , said]) =>
      said?.includes(text),
    );
    if (found === undefined) throw new Error(`there is no link "${text}" in ${this.page.text}`);
    await this.open(plain(found[1] ?? ""));
  }

  /** Fills in the form that leads to this path (or here) and sends it. */
  async submit(action: string, fields: Record<string, string>): Promise<void> {
    const form = [...this.page.text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].find(([, attributes]) =>
      action === "" ? !attributes?.includes("action=") : attributes?.includes(`action="${action}"`),
    );
    if (form === undefined) throw new Error(`there is no form for "${action}" in ${this.page.text}`);
    const inputs = [...(form[2] ?? "").matchAll(/<input [^>]*>/g)].map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? "",
      /type="(?:radio|checkbox)"/.test(tag) ? "" : plain(/value="([^"]*)"/.exec(tag)?.[1] ?? ""),
    ]);
    const filled = Object.fromEntries(inputs.filter(([, value]) => value !== "")) as Record<string, string>;
    const to = action === "" ? this.url : new URL(action, this.url);
    await this.#arrive(to, await this.#visitor(to).post(to.href, { ...filled, ...fields }));
  }

  async #go(to: URL): Promise<void> {
    await this.#arrive(to, await this.#visitor(to).get(to.href));
  }

  async #arrive(at: URL, seen: Seen): Promise<void> {
    this.url = at;
    this.page = seen;
    if (seen.location !== null) await this.#go(new URL(seen.location, at));
  }

  #visitor(to: URL): Visitor {
    // The double knows one person at a time.
    github.pages.person = this.#person;
    return to.origin === gatewayUrl ? this.#ours : this.#theirs;
  }
}

function plain(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

async function signIn(person: string): Promise<Browsing> {
  const browser = new Browsing(person);
  await browser.open("/onboarding");
  expect(browser.url.pathname).toBe("/login");
  await browser.submit("/login", { token: adminToken });
  expect(browser.url.pathname).toBe("/onboarding");
  return browser;
}

describe("a person sets up a town", () => {
  let browser: Browsing;
  beforeAll(async () => {
    browser = await signIn("ada");
  });

  test("what an input may hold is said so that browsers take it", () => {
    const patterns = [...browser.page.text.matchAll(/ pattern="([^"]*)"/g)].map(([, pattern = ""]) => plain(pattern));
    expect(patterns).toHaveLength(1);
    // Browsers compile it with the flag v, and ignore one that they cannot compile.
    for (const pattern of patterns) expect("no-towns").toMatch(new RegExp(`^(?:${pattern})$`, "v"));
  });

  test("makes it, and what is refused stays filled in", async () => {
    await browser.submit("/onboarding/town", { name: "Acme <1>", town: "No Town" });
    expect(browser.page).toMatchObject({ status: 400, text: expect.stringContaining("Acme &lt;1&gt;") as string });
    await browser.submit("/onboarding/town", { name: "Acme", town: "acme" });
    expect(browser.url.search).toBe("?step=github&town=acme");
  });

  test("installs the App at GitHub and is back on the next step, with the repositories", async () => {
    await browser.follow("Install the GitHub App");
    expect(browser.url.origin).toBe(github.webUrl);
    await browser.follow("acme-inc");
    await browser.submit(`/apps/${github.app.slug}/installations`, { install_target: "all", do: "install" });
    expect(browser.url.href).toBe(`${gatewayUrl}/onboarding?step=repo&town=acme&github_install=success`);
    expect(browser.page.text).toContain("installed and linked");
    for (const name of ["acme-inc/app", "acme-inc/docs"]) expect(browser.page.text).toContain(name);
    expect(await installationOn("acme-inc")).toMatchObject({
      state: "active",
      owner: "acme",
      linkedBy: "user:admin",
      repositories: 2,
    });
  });

  test("adds a repository with names that are proposed, and gives the town work", async () => {
    await browser.follow("Add");
    expect(browser.page.text).toContain(`value="${github.webUrl}/acme-inc/app"`);
    await browser.submit("/onboarding/rig", { forge: "github" });
    expect(browser.url.search).toBe("?step=bead&town=acme&rig=app");
    await browser.submit("/onboarding/bead", { rig: "app", title: "Say hello", body: "" });
    expect(browser.url.search).toMatch(/^\?step=done&town=acme&rig=app&bead=ap-/);
    expect(browser.page.text).toContain("Say hello");
    await eventually(async () => {
      expect(await api("/v1/towns/acme/rigs/app")).toMatchObject({ state: "ready", forge: "github" });
    });
  });

  test("the API lists what the App reaches, in pages", async () => {
    const { installation } = (await installationOn("acme-inc")) ?? {};
    const path = `/v1/installations/${String(installation)}/repositories?limit=1`;
    const first = await api(path);
    expect(first).toMatchObject({ items: [{ name: "acme-inc/app", defaultBranch: "main" }], next: "acme-inc/app" });
    expect(await api(`${path}&after=${String(first["next"])}`)).toMatchObject({
      items: [{ name: "acme-inc/docs", url: `${github.webUrl}/acme-inc/docs` }],
      next: null,
    });
  });
});

test("a number from another browser's address is worth nothing: GitHub says whose it is", async () => {
  const theirs = github.auth.installations.find(({ account }) => account.login === "acme-inc");
  const browser = await signIn("eve");
  await browser.open("/integrations/github/install?town=acme&return=/onboarding");
  // What the page leads to is the install page of Eve's only account, with our state in its form.
  const state = /name="state" value="([^"]*)"/.exec(browser.page.text)?.[1] ?? "";
  const code = await codeFor("eve");
  const spoofed = new URLSearchParams({ installation_id: String(theirs?.id), setup_action: "install", code, state });
  await browser.open(`${gatewayUrl}/integrations/github/callback?${spoofed.toString()}`);
  expect(browser.url.search).toBe(`?github_install=error&error=installation_not_found&id=${String(theirs?.id)}`);
});

/** A code as GitHub's page gives it to this person's browser. */
async function codeFor(person: string): Promise<string> {
  github.pages.person = person;
  const url = `${github.webUrl}/login/oauth/authorize`;
  const form = new URLSearchParams({ client_id: github.app.clientId, do: "authorize" });
  const { headers } = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  return new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
}

test("a member asks, an owner installs: it is linked to the town of who had asked", async () => {
  await api("/v1/towns", { town: "beta", name: "Beta" });
  const bob = await signIn("bob");
  await bob.open("/onboarding?step=github&town=beta");
  await bob.follow("Install the GitHub App");
  await bob.follow("beta-inc");
  await bob.submit(`/apps/${github.app.slug}/installations`, { install_target: "all", do: "request" });
  expect(bob.url.search).toBe("?step=repo&town=beta&github_install=pending&github_pending_approval=true");
  await bob.open("/onboarding?step=github&town=beta");
  await bob.follow("Install the GitHub App");
  await bob.follow("beta-inc");
  await bob.submit(`/apps/${github.app.slug}/installations`, { install_target: "all", do: "request" });
  expect(bob.url.search).toBe("?step=repo&town=beta&github_install=error&error=pending_installation_exists&org=beta");
  // Ada has no session here: her browser comes back without state, and is shown a plain page.
  const ada = new Browsing("ada");
  await ada.open(`${github.webUrl}/organizations/beta-inc/settings/installations`);
  await ada.submit("", { do: "approve" });
  expect(ada.page).toMatchObject({ status: 200, text: expect.stringContaining("Choose a town") as string });
  await eventually(async () => {
    expect(await installationOn("beta-inc")).toMatchObject({ owner: "beta", state: "active", repositories: 1 });
  });
});

test("what changes at GitHub is known here, by webhook", async () => {
  const id = Number((await installationOn("acme-inc"))?.["installation"]);
  const docs = github.world.repositories.find("acme-inc", "docs")?.id ?? 0;
  github.auth.select(id, [docs], "ada");
  await eventually(async () => {
    expect(await installationOn("acme-inc")).toMatchObject({ selection: "selected", repositories: 1 });
  });
  github.auth.suspend(id, "ada");
  await eventually(async () => {
    expect(await installationOn("acme-inc")).toMatchObject({ state: "suspended", owner: "acme" });
  });
  github.auth.unsuspend(id, "ada");
  await eventually(async () => {
    expect(await installationOn("acme-inc")).toMatchObject({ state: "active", repositories: 1 });
  });
});

test("what no webhook told is found by the daily sweep", async () => {
  const { url } = github.deliveries;
  github.deliveries.url = null;
  const id = Number((await installationOn("acme-inc"))?.["installation"]);
  github.auth.uninstall(id, "ada");
  github.auth.install({ account: "eve", by: "eve" });
  github.deliveries.url = url;
  const db = await connectDatabase({ url: servers.databaseUrl, schema: "scm", name: "test", logger: silent });
  await db.drizzle.execute(sql`update scm.installation_sweeps set next_look_at = now()`);
  await db.drizzle.execute(sql`select pg_notify('scm_installation_sweeps_due', 'github')`);
  await eventually(async () => {
    expect(await installationOn("acme-inc")).toBeUndefined();
    expect(await installationOn("eve")).toMatchObject({ owner: null, repositories: 1 });
  });
  await db.close();
});
