import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentSpec } from "../agent-runtime.ts";
import { agentBinary } from "./agent-binary.ts";
import { flavours } from "./flavours.ts";
import { writeHome } from "../write-home.ts";
import { serverConfig, serverEnv, serverHome } from "./server-setup.ts";

let home: string;
let launch: AgentSpec;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gastown-home-"));
  launch = {
    agent: "gt-1",
    user: null,
    role: "polecat",
    cwd: "/tmp",
    home,
    env: { PATH: "/bin", GASTOWN_AGENT: "gt-1" },
    model: { url: "http://127.0.0.1:1/model/v1", token: "own-token", name: "big/model-1" },
    tools: { url: "http://127.0.0.1:1/mcp", token: "own-token" },
    readOnly: false,
  };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe.each([
  ["opencode", "OPENCODE", "@opencode-ai/plugin"],
  ["kilo", "KILO", "@kilocode/plugin"],
] as const)("%s", (name, prefix, plugin) => {
  test("sees what it is given, its own folders and the switches that keep it offline, and nothing else", () => {
    const env = serverEnv(flavours[name], launch, "pw");
    expect(env).toMatchObject({
      PATH: "/bin",
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
      [`${prefix}_DISABLE_MODELS_FETCH`]: "1",
      [`${prefix}_DISABLE_PROJECT_CONFIG`]: "1",
      [`${prefix}_SERVER_PASSWORD`]: "pw",
    });
    const known = /^(PATH|GASTOWN_AGENT|HOME|TMPDIR|XDG_(DATA|CONFIG|STATE|CACHE)_HOME)$/;
    const others = Object.keys(env).filter((key) => !known.test(key));
    expect(others.filter((key) => !key.startsWith(`${prefix}_`))).toEqual([]);
  });

  test("finds its plugin installed, so that it installs nothing (T1)", () => {
    writeHome(serverHome(flavours[name], home));
    const config = join(home, "config", name);
    expect(existsSync(join(config, "node_modules"))).toBe(true);
    const lock = JSON.parse(readFileSync(join(config, "package-lock.json"), "utf8")) as object;
    expect(lock).toMatchObject({ packages: { "": { dependencies: { [plugin]: "*" } } } });
  });
});

test("the configuration names our services with the agent's own token, and our provider only", () => {
  expect(serverConfig(launch)).toMatchObject({
    model: "gastown/big/model-1",
    enabled_providers: ["gastown"],
    provider: { gastown: { options: { baseURL: launch.model.url, apiKey: "own-token" } } },
    mcp: { gt: { url: launch.tools.url, headers: { authorization: "Bearer own-token" } } },
    permission: { "*": "allow", question: "deny" },
    share: "disabled",
  });
});

test("who only reads is offered no tool that writes", () => {
  expect(serverConfig({ ...launch, readOnly: true })["permission"]).toMatchObject({ edit: "deny" });
});

test("the installed program is found; one that is not there says what to do", () => {
  expect(agentBinary(flavours.opencode)).toMatch(/opencode-linux-x64\/bin\/opencode$/);
  expect(() => agentBinary(flavours.opencode, "/nowhere/opencode")).toThrow(/GASTOWN_AGENT_BIN/);
  expect(() => agentBinary({ ...flavours.kilo, package: "not-installed" })).toThrow(
    /with npm .*, or set GASTOWN_AGENT_BIN/,
  );
});
