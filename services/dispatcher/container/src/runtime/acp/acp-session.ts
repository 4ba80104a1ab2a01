import { methods } from "@agentclientprotocol/sdk";
import type { AgentServer, AgentSession } from "../agent-runtime.ts";
import { ModelError } from "../model-error.ts";
import { within, type AcpConnection } from "./acp-connection.ts";
import { createConversation } from "./conversation.ts";
import { modelName, offeredAs, readModelChoice, type ModelChoice } from "./model-choice.ts";

/** A session as the program opened it. */
export interface OpenedSession {
  id: string;
  resumed: boolean;
  choice: ModelChoice | null;
}

interface SessionOptions extends OpenedSession {
  server: AgentServer;
  connection: AcpConnection;
  /** Said with the first prompt of a new session: the protocol has no other place for it. */
  system: string;
}

const callMs = 15_000;
/** After so long without a word the program is asked for one. */
const silentMs = 10_000;
/** No program knows it; each that lives answers so (the protocol's extension methods begin with `_`). */
const aliveMethod = "_gastown/alive";
const oldModelMethod = "session/set_model";

/** Throws when the program does not react. */
async function requireLife({ agent, heardAt }: AcpConnection): Promise<void> {
  if (Date.now() - heardAt() < silentMs) return;
  const answer = agent.request<unknown, object>(aliveMethod, {}).catch(() => undefined);
  await within(callMs, aliveMethod, answer);
}

/** Tells the program which model the session's next turn has; answers what it says is in effect. */
async function choose(
  { agent }: AcpConnection,
  sessionId: string,
  { choice, value }: { choice: ModelChoice; value: string },
): Promise<ModelChoice> {
  if (choice.setting === null) {
    const asked = agent.request<unknown, object>(oldModelMethod, { sessionId, modelId: value });
    await within(callMs, oldModelMethod, asked);
    return { ...choice, current: value };
  }
  const { setConfigOption } = methods.agent.session;
  const asked = agent.request(setConfigOption, { sessionId, configId: choice.setting, value });
  return readModelChoice(await within(callMs, setConfigOption, asked)) ?? choice;
}

/** One session of an ACP program. What it says of itself is what it told so far; that it lives is asked. */
export function acpSession({ id, resumed, server, connection, system, ...opened }: SessionOptions): AgentSession {
  const conversation = createConversation({ session: id, connection, system: resumed ? null : system });
  let { choice } = opened;
  connection.onUpdate(({ sessionId, update }) => {
    if (sessionId === id && update.sessionUpdate === "config_option_update") choice = readModelChoice(update) ?? choice;
  });
  return {
    id,
    resumed,
    server,
    oneAtATime: true,
    prompt: (text) => conversation.say(text),
    cancel: () => conversation.cancel(),
    async setModel(name) {
      if (choice === null) throw new ModelError("cannot_change", "The agent program cannot change models.");
      const value = offeredAs(choice, name);
      if (value === null) throw new ModelError("unknown", `The agent program knows no model "${name}".`);
      choice = await choose(connection, id, { choice, value });
    },
    model: () => Promise.resolve(choice === null ? null : modelName(choice.current)),
    async status() {
      await requireLife(connection);
      return conversation.facts();
    },
    // Permissions are answered when they are asked for, and it can ask for nothing else.
    unblock: () => Promise.resolve(),
    events: (signal) => conversation.listen(signal),
  };
}
