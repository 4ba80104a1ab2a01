import { span } from "@gastown/telemetry";
import type { Logger } from "@gastown/telemetry";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Hono } from "hono";
import type { Access } from "../agents/access.ts";
import { logFields, type AgentRun } from "../agents/agent-run.ts";
import type { RigCheckouts } from "../agents/rig-checkouts.ts";
import type { GitPlace } from "../git/run-git.ts";
import type { TownLink } from "../town-link.ts";
import type { AgentTool, ToolContext } from "./agent-tool.ts";
import { toolsOf } from "./role-tools.ts";

interface McpRoutesOptions {
  access: Access;
  town: TownLink;
  git: (run: AgentRun) => GitPlace;
  checkouts: RigCheckouts;
  logger: Logger;
}

async function callTool(tool: AgentTool, args: unknown, context: ToolContext) {
  const { run, logger } = context;
  const attributes = { "gastown.agent": run.job.agent, "gastown.tool": `gt_${tool.name}` };
  return span(`agent.tool gt_${tool.name}`, { parent: run.trace, attributes }, async (active) => {
    run.activeAt = new Date();
    try {
      return { content: [{ type: "text" as const, text: await tool.call(args, context) }] };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      active.setError(reason);
      logger.warn({ tool: tool.name, error }, "a tool failed");
      return { content: [{ type: "text" as const, text: `The tool failed: ${reason}. Try again.` }], isError: true };
    }
  });
}

/** An MCP server for one request of one agent: its role decides what is offered. */
function serverFor(run: AgentRun, options: McpRoutesOptions): McpServer {
  const server = new McpServer({ name: "gastown", version: "1" });
  const logger = options.logger.child(logFields(run));
  const { town, checkouts } = options;
  const context: ToolContext = { run, town, git: options.git(run), checkouts, logger };
  for (const tool of toolsOf(run.job)) {
    const shown = { description: tool.description, inputSchema: tool.input.shape };
    server.registerTool(tool.name, shown, (args) => callTool(tool, args, context));
  }
  return server;
}

/** The town's tools over streamable HTTP, without sessions: each request carries its agent's token. */
export function mcpRoutes(options: McpRoutesOptions): Hono {
  return new Hono().all("/", async (c) => {
    const run = options.access.find(c.req.header("authorization"));
    if (run === null) return c.json({ error: "this token belongs to no running agent" }, 401);
    if (c.req.method !== "POST") return c.json({ error: "this server has no sessions and no streams; use POST" }, 405);
    const server = serverFor(run, options);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    try {
      return await transport.handleRequest(c.req.raw);
    } finally {
      await server.close();
    }
  });
}
