import { methods, type ContentBlock } from "@agentclientprotocol/sdk";
import type { AgentEvent, SessionFacts } from "../agent-runtime.ts";
import { within, type AcpConnection } from "./acp-connection.ts";
import { createEventStream } from "./event-stream.ts";
import { createUpdateReader } from "./read-update.ts";
import { createTurnKeeper } from "./turn-keeper.ts";

/** What is said in one session, turn by turn. */
export interface Conversation {
  /** Begins a turn. Throws while one is under way, or when the program has ended. */
  say(text: string): Promise<void>;
  /** The turn under way was asked to end. */
  cancel(): Promise<void>;
  facts(): SessionFacts;
  /** What the program tells of its turns from now on, until the signal aborts or it ends. */
  listen(signal: AbortSignal): AsyncIterable<AgentEvent>;
}

interface ConversationOptions {
  session: string;
  connection: AcpConnection;
  /** Said with the first prompt, in a block of its own; null: it was said before. */
  system: string | null;
}

const cancelMs = 3_000;

/** Nothing was said yet, or nothing since another process had the session. */
export function createConversation({ session: sessionId, connection, system }: ConversationOptions): Conversation {
  const { agent, exited, onUpdate } = connection;
  const updates = createUpdateReader();
  const turns = createTurnKeeper(sessionId);
  const stream = createEventStream();
  const gone = new AbortController();
  let unsaid = system;

  const deafen = onUpdate(({ sessionId: of, update }) => {
    // What is told between turns is of turns that were before: a session that is loaded tells all of it again.
    if (of === sessionId && turns.busy) stream.tell(updates.read(update));
  });
  void exited.then((reason) => {
    deafen();
    gone.abort(new Error(`the agent program ended (${reason})`));
  });
  async function settle(turn: Promise<void>): Promise<void> {
    await turn;
    const error = turns.facts(false).reply?.error ?? null;
    const told: AgentEvent[] = error === null ? [] : [{ kind: "error", message: error }];
    stream.tell([...updates.end(), ...told, { kind: "look" }]);
  }
  return {
    say(text) {
      if (gone.signal.aborted) return Promise.reject(gone.signal.reason);
      if (turns.busy) return Promise.reject(new Error("the agent program takes one prompt at a time"));
      const prompt: ContentBlock[] = [{ type: "text", text }];
      if (unsaid !== null) prompt.unshift({ type: "text", text: unsaid });
      unsaid = null;
      void settle(turns.begin(agent.request(methods.agent.session.prompt, { sessionId, prompt })));
      return Promise.resolve();
    },
    async cancel() {
      if (!turns.busy) return;
      turns.cancel();
      await within(cancelMs, "session/cancel", agent.notify(methods.agent.session.cancel, { sessionId }));
    },
    facts() {
      gone.signal.throwIfAborted();
      return turns.facts(updates.toolRunning);
    },
    listen: (signal) => stream.listen(AbortSignal.any([signal, gone.signal])),
  };
}
