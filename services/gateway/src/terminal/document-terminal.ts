import type { OpenAPIHono } from "@hono/zod-openapi";
import { agentPath } from "../api/parameters.ts";
import { terminalSocketFrame } from "./terminal-frames.ts";
import { terminalQuery } from "./terminal-query.ts";

const description = `Connect with the subprotocols \`gastown.v1\` and \`gastown.ticket.<ticket>\` of \`createTerminalTicket\`; nothing else lets
you in, and a page of another site is refused. The first frame is \`hello\`, or \`refused\` with a reason. Output comes as
\`output\` frames whose numbers have no holes: come back with a new ticket for the \`session\`, and \`after\` the last number you
have, and you get what you missed. \`gap\` names what is kept no more (the host keeps 256 KiB). \`ended\` is the last frame.

Those who write send \`{"type":"input","data":"ls\\r"}\` (16 KiB at most), \`{"type":"resize","cols":100,"rows":30}\` and \`{"type":"close"}\`;
what is not done is told as \`error\`.

Close codes: 1000 it is over, 4003 refused, 4001 the token was revoked, 4008 you did not keep up (come back with \`after\`), 1001 and
1011 come back.`;

/** The terminal's route in the document. */
export function documentTerminal(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerPath({
    operationId: "openTerminal",
    method: "get",
    path: "/v1/towns/{town}/agents/{agent}/terminal",
    tags: ["Agents"],
    summary: "An agent's terminal (WebSocket)",
    description,
    security: [],
    request: { params: agentPath, query: terminalQuery },
    responses: {
      101: {
        description: "Frames, one JSON object each",
        content: { "application/json": { schema: terminalSocketFrame } },
      },
      426: { description: "Not a WebSocket request" },
    },
  });
}
