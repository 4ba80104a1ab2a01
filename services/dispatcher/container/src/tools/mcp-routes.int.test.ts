import type { Command, Verdict } from "@gastown/contracts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAccess } from "../agents/access.ts";
import type { AgentRun } from "../agents/agent-run.ts";
import { gitOf } from "../agents/workspaces.ts";
import { startLocalServer, type LocalServer } from "../local-server.ts";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { noCheckouts as checkouts } from "../test/no-checkouts.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import type { AgentCommand, TownLink } from "../town-link.ts";
import { mcpRoutes } from "./mcp-routes.ts";

const access = createAccess();
let server: LocalServer;
let given: { type: string; agent: string; data: unknown; sameAs: unknown }[];
let verdict: Partial<Verdict>;

const aMolecule = {
  molecule: "hq-5",
  formula: "release",
  source: "gt-10",
  status: "active",
  steps: [
    { step: "build", bead: "hq-6", title: "Build it", body: "With make.", needs: [], state: "done" },
    { step: "test", bead: "hq-7", title: "Test it", body: "All of it.", needs: ["build"], state: "ready" },
    { step: "ship", bead: "hq-8", title: "Ship it", body: "At night.", needs: ["test"], state: "waiting" },
  ],
};

/** The other end of the link: what the town says is the test's. */
const town = {
  command(descriptor: Command, { agent, data, sameAs }: AgentCommand<Command>) {
    given.push({ type: descriptor.type, agent, data, sameAs });
    return Promise.resolve({ command: "c", outcome: "applied", ...verdict });
  },
  bead: (bead: string) => Promise.resolve({ bead, title: "Write b" }),
  molecule: (molecule: string) => Promise.resolve({ ...aMolecule, molecule }),
  prime: () => Promise.reject(new Error("nobody answers qry.town.alpha.agent.prime")),
} as unknown as TownLink;

const gitOfRun = (run: AgentRun) => gitOf(run, 1_000);

beforeAll(async () => {
  server = await startLocalServer(
    new Hono().route("/mcp", mcpRoutes({ access, town, git: gitOfRun, checkouts, logger })),
  );
});
afterAll(() => server.close());
beforeEach(() => {
  given = [];
  verdict = {};
});

async function connect(run: AgentRun, token = run.token): Promise<Client> {
  access.grant(run);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
  return client;
}
async function call(run: AgentRun, name: string, args: Record<string, unknown> = {}) {
  const client = await connect(run);
  const result = await client.callTool({ name, arguments: args });
  await client.close();
  const [first] = result.content as { text: string }[];
  return { text: first?.text ?? "", isError: result.isError === true };
}

const polecat = () => testRun(polecatJob("gt-1", ""));
const everybody = ["prime", "bead_status", "mail_send", "mail_check", "nudge", "escalate", "checkpoint", "status"];

test.each(["polecat", "refinery"] as const)("a %s ends its work with an outcome of its own", async (role) => {
  const client = await connect(testRun(polecatJob("gt-1", "", { role })));
  const { tools } = await client.listTools();
  const outcomes = JSON.stringify(tools.find((tool) => tool.name === "done")?.inputSchema ?? "");
  expect(outcomes.includes("approved")).toBe(role === "refinery");
  expect(outcomes.includes("completed")).toBe(role === "polecat");
  await client.close();
});

test.each([
  ["a work item with steps", { molecule: "hq-5" }, ["mol_current", "mol_advance"]],
  ["triage", { kind: "triage-batch" }, ["triage_resolve"]],
] as const)("for %s there are tools besides", async (_, over, names) => {
  const client = await connect(testRun(polecatJob("gt-1", "", over)));
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toEqual([...everybody, "done", ...names]);
  await client.close();
});

test("steps are shown with the text of what is ready, and advanced one at a time", async () => {
  const run = testRun(polecatJob("gt-1", "", { molecule: "hq-5" }));
  const shown = await call(run, "mol_current");
  expect(shown.text).toContain("All of it.");
  expect(shown.text).not.toContain("At night.");
  verdict = { result: aMolecule };
  const advanced = await call(run, "mol_advance", { step: "test", notes: "All green." });
  expect(advanced.text).toMatch(/^Step test: done\.\n[^]*"ship"/);
  expect(given).toMatchObject([
    {
      type: "town.molecule.advance",
      agent: "gt-1",
      data: { molecule: "hq-5", step: "test", outcome: "done", notes: "All green." },
    },
  ]);
  verdict = { outcome: "refused", code: "wrong_state", message: "Step ship is not ready." };
  expect((await call(run, "mol_advance", { step: "ship" })).text).toBe(
    "Refused (wrong_state): Step ship is not ready.",
  );
});

test("a triage request is answered under the agent's own name, with an action there is", async () => {
  const run = testRun(polecatJob("gt-1", "", { kind: "triage-batch" }));
  const answered = await call(run, "triage_resolve", { bead: "gt-5", action: "NUDGE", notes: "It only sleeps." });
  expect(answered.text).toBe("gt-5 is answered: NUDGE.");
  expect(await call(run, "triage_resolve", { bead: "gt-5", action: "DANCE" })).toMatchObject({ isError: true });
  expect(given).toMatchObject([
    { type: "town.triage.resolve", agent: "gt-1", data: { bead: "gt-5", action: "NUDGE", notes: "It only sleeps." } },
  ]);
});

test("triage is done without commits", async () => {
  const run = testRun(polecatJob("gt-1", "", { kind: "triage-batch" }));
  expect((await call(run, "done", { summary: "All answered." })).text).toMatch(/^Accepted/);
  expect(given).toMatchObject([{ type: "town.agent.done", data: { outcome: "completed", summary: "All answered." } }]);
});

test("another agent is nudged, when its turn ends unless it is said otherwise", async () => {
  await call(polecat(), "nudge", { agent: "gt-2", message: "Use tabs." });
  await call(polecat(), "nudge", { agent: "gt-2", message: "Stop that.", mode: "immediate" });
  expect(given).toMatchObject([
    { type: "town.nudge.send", agent: "gt-1", data: { agent: "gt-2", message: "Use tabs.", mode: "wait-idle" } },
    { type: "town.nudge.send", data: { mode: "immediate" } },
  ]);
});

test("identity comes from the token, whatever the arguments say", async () => {
  await call(polecat(), "mail_send", { to: "gt-2", subject: "Hi", from: "gt-9", agent: "gt-9" });
  await call(polecat(), "status", { message: "Testing", agent: "gt-9" });
  await call(polecat(), "checkpoint", { data: { left: "tests" } });
  await call(polecat(), "escalate", { title: "Stuck" });
  expect(given).toMatchObject([
    { type: "town.mail.send", agent: "gt-1", data: { to: "gt-2", subject: "Hi", body: "" } },
    { type: "town.agent.status", agent: "gt-1", data: { agent: "gt-1", generation: 1, message: "Testing" } },
    { type: "town.agent.checkpoint", data: { agent: "gt-1", generation: 1, data: { left: "tests" } } },
    { type: "town.escalation.raise", data: { agent: "gt-1", bead: "gt-10", title: "Stuck", severity: "medium" } },
  ]);
  await expect(connect(polecat(), "another")).rejects.toThrow(/no running agent/);
});

test("mail is handed over, and none is said to be none", async () => {
  verdict = { result: { mail: [{ bead: "gt-3", from: "gt-2", subject: "Hi", body: "", at: "now" }] } };
  expect((await call(polecat(), "mail_check")).text).toContain('"subject": "Hi"');
  verdict = { result: { mail: [] } };
  expect((await call(polecat(), "mail_check")).text).toBe("No mail.");
});

test("a refusal and a failure are told with their reason", async () => {
  verdict = { outcome: "terminal", code: "agent_not_found", message: "There is no agent gt-2." };
  const refused = await call(polecat(), "mail_send", { to: "gt-2", subject: "Hi" });
  expect(refused).toEqual({ text: "Refused (agent_not_found): There is no agent gt-2.", isError: false });
  const failed = await call(polecat(), "prime");
  expect(failed).toMatchObject({ isError: true, text: expect.stringContaining("nobody answers") });
  expect(await call(polecat(), "status", { message: "" })).toMatchObject({ isError: true });
});

test("an accepted gt_done is told once and remembered; a refused one may be tried again", async () => {
  const run = testRun(polecatJob("gt-1", "", { role: "refinery" }));
  const judge = { outcome: "approved", summary: "Good." };
  verdict = { outcome: "refused", code: "wrong_state", message: "Not now." };
  expect((await call(run, "done", judge)).text).toMatch(/^Refused \(wrong_state\): Not now\./);
  expect(run.done).toBeNull();
  verdict = {};
  expect((await call(run, "done", judge)).text).toMatch(/^Accepted/);
  expect((await call(run, "done", judge)).text).toMatch(/^Accepted/);
  expect(given).toHaveLength(2);
  expect(given[0]?.sameAs).not.toEqual(given[1]?.sameAs);
  expect(run.done).toMatchObject({ handedIn: true });
});

test("an agent whose work is not its own any more is told to stop", async () => {
  const run = polecat();
  verdict = { outcome: "refused", code: "stale", message: "A newer start is at work." };
  const { text } = await call(run, "done", { summary: "No.", outcome: "failed" });
  expect(text).toMatch(/A newer start is at work\. This work is not yours any more; stop here\./);
  expect(run.done).toMatchObject({ handedIn: false });
});

test("there are no streams and no sessions", async () => {
  const run = polecat();
  access.grant(run);
  const headers = { authorization: `Bearer ${run.token}` };
  const response = await fetch(`${server.url}/mcp`, { headers, signal: AbortSignal.timeout(5_000) });
  expect(response.status).toBe(405);
});
