import { methods, type ContentBlock, type SessionNotification } from "@agentclientprotocol/sdk";
import type { AgentServer, AgentSession } from "../agent-runtime.ts";
import { ModelError } from "../model-error.ts";
import { within, type AcpConnection } from "./acp-connection.ts";
import { createEventStream } from "./event-stream.ts";
import { modelName, offeredAs, readModelChoice, type ModelChoice } from "./model-choice.ts";
import { createUpdateReader } from "./read-update.ts";
import { createTurnKeeper } from "./turn-keeper.ts";

/** A session as the program opened it. */
export interface OpenedSession {
  id: string;
  resumed: boolean;
  choice: ModelChoice | null;
}

export interface SessionOptions extends OpenedSession {
  server: AgentServer;
  connection: AcpConnection;
  /** Said with the first prompt of a new session: the protocol has no other place for it. */
  system: string;
}

const callMs = 15_000;
const cancelMs = 3_000;
/** After so long without a word the program is asked for one. */
const silentMs = 10_000;
/** No program knows it; each that lives answers so (the protocol's extension methods begin with `_`). */
const aliveMethod = "_gastown/alive";

/** Throws when the program does not react. */
async function requireLife({ agent, heardAt }: AcpConnection): Promise<void> {
  if (Date.now() - heardAt() < silentMs) return;
  const answer = agent.request<unknown, object>(aliveMethod, {}).catch(() => undefined);
  await within(callMs, aliveMethod, answer);
}

/** Tells the program which model the session's next turn has; answers what it says is in effect. */
async function choose(
  { agent }: AcpConnection,
  session: string,
  { choice, value }: { choice: ModelChoice; value: string },
): Promise<ModelChoice> {
  const sessionId = session;
  if (choice.setting === null) {
    await within(callMs, "session/set_model", agent.request<unknown, object>("session/set_model", { sessionId, modelId: value }));
    return { ...choice, current: value };
  }
  const change = { sessionId, configId: choice.setting, value };
  const answer = await within(callMs, "set_config_option", agent.request(methods.agent.session.setConfigOption, change));
  return readModelChoice(answer) ?? choice;
}

/** One session of an ACP program. What it says of itself is what it told so far; that it lives is asked. */
export function acpSession({ id, resumed, server, connection, system, ...opened }: SessionOptions): AgentSession {
  const { agent } = connection;
  const updates = createUpdateReader();
  const turns = createTurnKeeper(id);
  const stream = createEventStream();
  let { choice } = opened;
  let told = resumed;
  let ended: string | null = null;

  const deafen = connection.onUpdate(({ sessionId, update }: SessionNotification) => {
    if (sessionId !== id) return;
    if (update.sessionUpdate === "config_option_update") choice = readModelChoice(update) ?? choice;
    else if (turns.busy) stream.tell(updates.read(update));
  });
  void connection.exited.then((reason) => {
    ended = reason;
    deafen();
  });

  async function settle(turn: Promise<void>): Promise<void> {
    await turn;
    const { reply } = turns.facts(false);
    const error = reply?.error ?? null;
    stream.tell([...updates.end(), ...(error === null ? [] : [{ kind: "error" as const, message: error }]), { kind: "look" }]);
  }
  return {
    id,
    resumed,
    server,
    oneAtATime: true,
    prompt(text) {
      if (ended !== null) return Promise.reject(new Error(`the agent program ended (${ended})`));
      if (turns.busy) return Promise.reject(new Error("the agent program takes one prompt at a time"));
      const prompt: ContentBlock[] = [{ type: "text", text }];
      if (!told) prompt.unshift({ type: "text", text: system });
      told = true;
      void settle(turns.begin(agent.request(methods.agent.session.prompt, { sessionId: id, prompt })));
      return Promise.resolve();
    },
    async cancel() {
      if (!turns.busy) return;
      turns.cancel();
      await within(cancelMs, "session/cancel", agent.notify(methods.agent.session.cancel, { sessionId: id }));
    },
    async setModel(name) {
      if (choice === null) throw new ModelError("cannot_change", "The agent program cannot change models.");
      const value = offeredAs(choice, name);
      if (value === null) throw new ModelError("unknown", `The agent program knows no model "${name}".`);
      choice = await choose(connection, id, { choice, value });
    },
    model: () => Promise.resolve(choice === null ? null : modelName(choice.current)),
    async status() {
      if (ended !== null) throw new Error(`the agent program ended (${ended})`);
      await requireLife(connection);
      return turns.facts(updates.toolRunning);
    },
    // Permissions are answered when they are asked for, and it can ask for nothing else.
    unblock: () => Promise.resolve(),
    async *events(signal) {
      const gone = new AbortController();
      void connection.exited.then(() => gone.abort());
      yield* stream.listen(AbortSignal.any([signal, gone.signal]));
    },
  };
}
