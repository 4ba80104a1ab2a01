import type { AgentRole, Command, Query } from "@gastown/contracts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAccess } from "../agents/access.ts";
import { gitOf } from "../agents/workspaces.ts";
import { startLocalServer, type LocalServer } from "../local-server.ts";
import { testRun } from "../test/agent-run.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { polecatJob } from "../test/polecat-job.ts";
import { noCheckouts as checkouts } from "../test/no-checkouts.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import type { AgentCommand, TownLink } from "../town-link.ts";
import { mcpRoutes } from "./mcp-routes.ts";

const access = createAccess();
let server: LocalServer;
/** What the town was told and asked. */
let given: { type: string; agent?: string; data: unknown }[];
let result: object;
let reply: object;

/** The other end of the link: what the town says is the test's. */
const town = {
  command(descriptor: Command, { agent, data }: AgentCommand<Command>) {
    given.push({ type: descriptor.type, agent, data: descriptor.data.parse(data) });
    return Promise.resolve({ command: "c", outcome: "applied", result });
  },
  query(descriptor: Query, data: unknown) {
    given.push({ type: descriptor.type, data: descriptor.data.parse(data) });
    return Promise.resolve(reply);
  },
} as unknown as TownLink;

const git = (run: ReturnType<typeof testRun>) => gitOf(run, 1_000);

beforeAll(async () => {
  server = await startLocalServer(new Hono().route("/mcp", mcpRoutes({ access, town, git, checkouts, logger })));
});
afterAll(() => server.close());
beforeEach(() => {
  given = [];
  result = {};
  reply = { items: [], next: null };
});

async function connect(role: AgentRole): Promise<Client> {
  const run = testRun(role === "mayor" ? mayorJob("gt-1", "") : polecatJob("gt-1", "", { role }));
  access.grant(run);
  const requestInit = { headers: { authorization: `Bearer ${run.token}` } };
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const answer = await client.callTool({ name, arguments: args });
  const [first] = answer.content as { text: string }[];
  return { text: first?.text ?? "", isError: answer.isError === true };
}

const all: readonly AgentRole[] = ["polecat", "refinery", "mayor"];
const mayor: readonly AgentRole[] = ["mayor"];
/** Who may call what. */
const table: Record<string, readonly AgentRole[]> = {
  prime: all,
  bead_status: all,
  mail_send: all,
  mail_check: all,
  nudge: all,
  escalate: all,
  checkpoint: all,
  status: all,
  done: ["polecat", "refinery"],
  list_rigs: mayor,
  browse_rig: mayor,
  list_agents: mayor,
  list_beads: mayor,
  bead_explain: mayor,
  sling: mayor,
  bead_update: mayor,
  bead_close: mayor,
  convoy_create: mayor,
  convoy_start: mayor,
  convoy_change: mayor,
  convoy_close: mayor,
  convoy_status: mayor,
  escalation_acknowledge: mayor,
};

describe.each(all)("a %s", (role) => {
  const mine = Object.keys(table).filter((tool) => table[tool]?.includes(role));
  const others = Object.keys(table).filter((tool) => !mine.includes(tool));

  test("is offered its own tools and no others", async () => {
    const client = await connect(role);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(mine.toSorted());
    await client.close();
  });

  test("is refused every tool of another role, and the town hears nothing of it", async () => {
    const client = await connect(role);
    for (const tool of others) {
      const args = {
        rig: "app",
        title: "Let me in",
        bead: "gt-5",
        convoy: "gt-6",
        tasks: [{ rig: "app", title: "x" }],
      };
      expect(await call(client, tool, args)).toMatchObject({
        isError: true,
        text: expect.stringContaining("not found"),
      });
    }
    expect(given).toEqual([]);
    await client.close();
  });
});

describe("a mayor's tools", () => {
  test.each<[string, Record<string, unknown>, object, object, string]>([
    [
      "sling",
      { rig: "app", title: "Write b", dependsOn: ["gt-4"] },
      { bead: "gt-5" },
      {
        type: "town.bead.create",
        agent: "gt-1",
        data: { rig: "app", title: "Write b", dependsOn: ["gt-4"], held: false },
      },
      "Made gt-5.",
    ],
    [
      "bead_update",
      { bead: "gt-5", held: false },
      {},
      { type: "town.bead.update", agent: "gt-1", data: { bead: "gt-5", held: false } },
      "gt-5 is changed.",
    ],
    [
      "convoy_create",
      {
        title: "Two",
        staged: true,
        tasks: [
          { rig: "app", title: "a" },
          { rig: "app", title: "b", dependsOn: [0] },
        ],
      },
      { convoy: "gt-8", beads: ["gt-6", "gt-7"] },
      {
        type: "town.convoy.create",
        agent: "gt-1",
        data: { staged: true, tasks: [{ title: "a" }, { dependsOn: [0] }] },
      },
      "Made convoy gt-8 with gt-6, gt-7.",
    ],
    [
      "convoy_start",
      { convoy: "gt-8" },
      {},
      { type: "town.convoy.start", agent: "gt-1", data: { convoy: "gt-8" } },
      "gt-8 goes to work.",
    ],
    [
      "bead_close",
      { bead: "gt-5", reason: "Ann does not want it." },
      {},
      { type: "town.bead.close", agent: "gt-1", data: { bead: "gt-5", reason: "Ann does not want it." } },
      "gt-5 is closed.",
    ],
    [
      "convoy_change",
      { convoy: "gt-8", change: "add", beads: ["gt-5"] },
      {},
      { type: "town.convoy.add", agent: "gt-1", data: { convoy: "gt-8", beads: ["gt-5"] } },
      "gt-8 is changed.",
    ],
    [
      "convoy_change",
      { convoy: "gt-8", change: "remove", beads: ["gt-5"] },
      {},
      { type: "town.convoy.remove", agent: "gt-1", data: { convoy: "gt-8", beads: ["gt-5"] } },
      "gt-8 is changed.",
    ],
    [
      "convoy_close",
      { convoy: "gt-8", reason: "It was a mistake." },
      {},
      { type: "town.convoy.close", agent: "gt-1", data: { convoy: "gt-8", reason: "It was a mistake." } },
      "gt-8 is closed.",
    ],
    [
      "escalation_acknowledge",
      { bead: "gt-9", note: "Seen to." },
      {},
      { type: "town.escalation.acknowledge", agent: "gt-1", data: { bead: "gt-9", note: "Seen to." } },
      "gt-9 is taken.",
    ],
  ])("gt_%s is a command of the mayor's own", async (tool, args, answered, told, text) => {
    result = answered;
    const client = await connect("mayor");
    expect(await call(client, tool, args)).toEqual({ text, isError: false });
    expect(given).toMatchObject([told]);
    await client.close();
  });

  const bead = {
    bead: "gt-5",
    type: "issue",
    status: "open",
    title: "Write b",
    rig: "app",
    priority: "high",
    body: "x",
  };
  test.each<[string, Record<string, unknown>, object, object, string]>([
    ["list_rigs", {}, { items: [{ rig: "app", defaultBranch: "main" }] }, { type: "town.rig.list" }, '"main"'],
    ["list_rigs", {}, { items: [] }, { type: "town.rig.list" }, "no rigs yet"],
    ["list_agents", { rig: "app" }, { items: [{ agent: "gt-2", hook: "gt-5" }] }, { data: { rig: "app" } }, '"gt-5"'],
    [
      "list_beads",
      { status: ["open"] },
      { items: [bead], next: "c2" },
      { data: { status: ["open"], type: ["issue"] } },
      '"c2"',
    ],
    [
      "bead_explain",
      { bead: "gt-5" },
      { why: "It waits for gt-4." },
      { type: "town.bead.explain" },
      "It waits for gt-4.",
    ],
    ["convoy_status", {}, { items: [{ convoy: "gt-8" }] }, { type: "town.convoy.list" }, '"gt-8"'],
    [
      "convoy_status",
      { convoy: "gt-8" },
      { convoy: "gt-8" },
      { type: "town.convoy.get", data: { convoy: "gt-8" } },
      '"gt-8"',
    ],
  ])("gt_%s asks the town: %#", async (tool, args, answered, asked, text) => {
    reply = answered;
    const client = await connect("mayor");
    expect(await call(client, tool, args)).toMatchObject({ text: expect.stringContaining(text), isError: false });
    expect(given).toMatchObject([asked]);
    await client.close();
  });
});
