import type { MayorJob } from "@gastown/contracts";
import { expect, test } from "vitest";
import { statePaths } from "../state-paths.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { polecatJob } from "../test/polecat-job.ts";
import { sameUser } from "../users/users.ts";
import { agentSpec, sameSpec, type SpecInput, type Surroundings } from "./agent-spec.ts";

const around: Surroundings = {
  town: "alpha",
  paths: statePaths("/state"),
  users: sameUser,
  path: "/bin",
  proxies: { HTTP_PROXY: "http://gate:3128" },
  model: "scripted",
  url: "http://127.0.0.1:1",
};
const job = mayorJob("gt-1", "");
const given: SpecInput = { job, variables: { API: "1", PATH: "/theirs" }, token: "own", model: "m1", user: null };
const spec = agentSpec(given, around);

test("a mayor's server is configured from its job alone, and people's variables do not replace ours", () => {
  expect(spec).toMatchObject({
    agent: "gt-1",
    cwd: "/state/agents/gt-1/desk",
    home: "/state/agents/gt-1/home",
    model: { url: "http://127.0.0.1:1/model/v1", token: "own", name: "m1" },
    tools: { url: "http://127.0.0.1:1/mcp", token: "own" },
    readOnly: true,
    env: {
      API: "1",
      PATH: "/bin",
      HOME: "/state/agents/gt-1/home",
      GASTOWN_TOWN: "alpha",
      GASTOWN_AGENT: "gt-1",
      GIT_AUTHOR_NAME: "Mayor",
      GIT_TERMINAL_PROMPT: "0",
      GIT_LFS_SKIP_SMUDGE: "1",
      HTTP_PROXY: "http://gate:3128",
    },
  });
});

test.each<[string, Partial<MayorJob>]>([
  ["which start it is", { generation: 7 }],
  ["the feedback", { feedback: "Do it again." }],
  ["what it is asked for", { bead: { ...job.bead, body: "Something else." } }],
  ["its instructions, which are told and not configured", { instructions: ["Be brief."] }],
])("a server may be used again although %s differs", (_, change) => {
  expect(sameSpec(spec, agentSpec({ ...given, job: { ...job, ...change } }, around))).toBe(true);
});

test.each<[string, Partial<SpecInput>]>([
  ["the model", { model: "m2" }],
  ["a variable of people's", { variables: { API: "2", PATH: "/theirs" } }],
  ["the token", { token: "another" }],
  ["the role", { job: polecatJob("gt-1", "", { name: job.name, identity: job.identity }) }],
  ["as whom it commits", { job: { ...job, identity: "somebody-else" } }],
])("a server is of no use when %s differs", (_, change) => {
  expect(sameSpec(spec, agentSpec({ ...given, ...change }, around))).toBe(false);
});
