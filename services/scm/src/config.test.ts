import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { configFromEnv } from "./config.ts";

const least = {
  NATS_URL: "nats://127.0.0.1:4222",
  DATABASE_URL: "postgres://x@localhost/x",
  SCM_REPOS_DIR: "/repos",
  SCM_TOKEN_SECRET: "0123456789abcdef",
};

test("the least that is needed", () => {
  expect(configFromEnv({ ...least, PATH: "/bin", HOME: "/root", SECRET: "x" })).toMatchObject({
    host: "127.0.0.1",
    port: 4801,
    reposDir: "/repos",
    checkTimeoutMs: 600_000,
    path: "/bin",
    importEnv: { HOME: "/root" },
  });
});

test("an address loses its slash, an unset one is none", () => {
  const urls = { SCM_PUBLIC_URL: "https://git.example.org/", SCM_AGENT_URL: "", SCM_AGENT_PORT: "4802" };
  expect(configFromEnv({ ...least, ...urls })).toMatchObject({
    publicUrl: "https://git.example.org",
    agentUrl: undefined,
    agentPort: 4802,
  });
});

test("everything wrong is named at once", () => {
  const wrong = { SCM_TOKEN_SECRET: "short", SCM_PORT: "x", SCM_PUBLIC_URL: "git" };
  expect(() => configFromEnv(wrong)).toThrow(
    /NATS_URL[\s\S]*DATABASE_URL[\s\S]*SCM_PORT[\s\S]*SCM_PUBLIC_URL[\s\S]*SCM_REPOS_DIR[\s\S]*SCM_TOKEN_SECRET/,
  );
});

const pem = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n";
const app = { SCM_GITHUB_APP_ID: "7", SCM_GITHUB_APP_SLUG: "gastown", SCM_GITHUB_PRIVATE_KEY: pem };

test("no forge elsewhere without its variables", () => {
  expect(configFromEnv(least)).toMatchObject({ github: undefined, gitlab: undefined });
  expect(configFromEnv({ ...least, SCM_GITHUB_URL: "https://ghe.example.org" }).github).toBeUndefined();
});

test("a GitHub App, its webhooks, and people who come back from it", () => {
  const env = {
    ...app,
    SCM_GITHUB_CLIENT_ID: "Iv1",
    SCM_GITHUB_CLIENT_SECRET: "s",
    SCM_GITHUB_WEBHOOK_SECRETS: "new, old,",
  };
  expect(configFromEnv({ ...least, ...env }).github).toEqual({
    webUrl: "https://github.com",
    apiUrl: "https://api.github.com",
    app: { appId: "7", slug: "gastown", privateKey: pem, client: { id: "Iv1", secret: "s" } },
    token: null,
    webhookSecrets: ["new", "old"],
  });
});

test("the key may be a file, or one line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gastown-config-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "app.pem"), pem);
  const { SCM_GITHUB_PRIVATE_KEY: _key, ...without } = app;
  const keyOf = (env: Record<string, string>) =>
    configFromEnv({ ...least, ...without, ...env }).github?.app?.privateKey;
  expect(keyOf({ SCM_GITHUB_PRIVATE_KEY_FILE: join(folder, "app.pem") })).toBe(pem);
  expect(keyOf({ SCM_GITHUB_PRIVATE_KEY: pem.replaceAll("\n", String.raw`\n`) })).toBe(pem);
});

test("a personal token, and an Enterprise Server", () => {
  const env = { SCM_GITHUB_TOKEN: "ghp_x", SCM_GITHUB_URL: "https://ghe.example.org/" };
  expect(configFromEnv({ ...least, ...env }).github).toMatchObject({
    webUrl: "https://ghe.example.org",
    apiUrl: "https://ghe.example.org/api/v3",
    app: null,
    token: "ghp_x",
  });
});

test("GitLab", () => {
  const env = { SCM_GITLAB_TOKEN: "glpat", SCM_GITLAB_WEBHOOK_TOKENS: "t" };
  expect(configFromEnv({ ...least, ...env }).gitlab).toEqual({
    url: "https://gitlab.com",
    token: "glpat",
    webhookTokens: ["t"],
  });
});

test.each([
  ["an App without its name", { SCM_GITHUB_APP_SLUG: "" }, /SCM_GITHUB_APP_SLUG/],
  ["an App without its key", { SCM_GITHUB_PRIVATE_KEY: "" }, /SCM_GITHUB_PRIVATE_KEY_FILE/],
  ["a key that is none", { SCM_GITHUB_PRIVATE_KEY: "secret" }, /SCM_GITHUB_PRIVATE_KEY: must/],
  ["a file that is not there", { SCM_GITHUB_PRIVATE_KEY: "", SCM_GITHUB_PRIVATE_KEY_FILE: "/none/x.pem" }, /ENOENT/],
  ["a client without its secret", { SCM_GITHUB_CLIENT_ID: "Iv1" }, /SCM_GITHUB_CLIENT_SECRET/],
])("%s is named", (_given, env, says) => {
  expect(() => configFromEnv({ ...least, ...app, ...env })).toThrow(says);
});
