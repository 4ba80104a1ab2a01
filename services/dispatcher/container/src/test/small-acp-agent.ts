import { Readable, Writable } from "node:stream";
import { agent, methods, ndJsonStream, PROTOCOL_VERSION, RequestError } from "@agentclientprotocol/sdk";

/**
 * A DOUBLE of agent programs that speak ACP and can little, for what the real ones here do not do. Its argument says what it is like:
 * `tools` takes tools over HTTP and nothing else, `login` wants a login, `no-http`, `old` (another version), `dies`, `mute`.
 */
const like = process.argv[2] ?? "tools";
if (like === "dies") process.exit(3);

agent({ name: "small" })
  .onRequest(methods.agent.initialize, async () => {
    if (like === "mute") await new Promise(() => undefined);
    return {
      protocolVersion: like === "old" ? 0 : PROTOCOL_VERSION,
      agentCapabilities: { mcpCapabilities: { http: like !== "no-http" } },
      agentInfo: { name: "small", version: "7" },
      authMethods: [{ id: "key", name: "With a key" }],
    };
  })
  .onRequest(methods.agent.session.new, () => {
    if (like === "login") throw RequestError.authRequired();
    return { sessionId: "s-1" };
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const text = params.prompt.map((one) => (one.type === "text" ? one.text : "")).join("|");
    const update = { sessionUpdate: "agent_message_chunk", content: { type: "text", text: `heard ${text}` } } as const;
    await client.notify(methods.client.session.update, { sessionId: params.sessionId, update });
    return { stopReason: text.includes("long") ? "max_tokens" : "end_turn" };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
