import { expect, test } from "vitest";
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
  expect(configFromEnv({ ...least, SCM_PUBLIC_URL: "https://git.example.org/", SCM_AGENT_URL: "" })).toMatchObject({
    publicUrl: "https://git.example.org",
    agentUrl: undefined,
  });
});

test("everything wrong is named at once", () => {
  const wrong = { SCM_TOKEN_SECRET: "short", SCM_PORT: "x", SCM_PUBLIC_URL: "git" };
  expect(() => configFromEnv(wrong)).toThrow(
    /NATS_URL[\s\S]*DATABASE_URL[\s\S]*SCM_PORT[\s\S]*SCM_PUBLIC_URL[\s\S]*SCM_REPOS_DIR[\s\S]*SCM_TOKEN_SECRET/,
  );
});
