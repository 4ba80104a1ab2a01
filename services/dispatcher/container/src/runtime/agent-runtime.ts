import type { AgentRole } from "@gastown/contracts";
import type { AgentTerminals } from "../terminal/agent-terminals.ts";
import type { AgentUser } from "../users/agent-user.ts";

/**
 * What an agent server is configured with: everything it may know of the world. Two that are equal make servers that are equal
 * (`same-spec.ts`); whatever changes while an agent runs is not in here, or a change of it would mean a new server.
 */
export interface AgentSpec {
  agent: string;
  /** As whom it runs, with all that it starts; null: as whoever starts it. */
  user: AgentUser | null;
  role: AgentRole;
  /** The folder it works in. */
  cwd: string;
  /** Its own home folder; it writes nowhere else but there and into `cwd`. */
  home: string;
  /** The whole environment, but for what the agent program itself needs. */
  env: Record<string, string>;
  /** The host's loopback model service and the agent's own token for it. */
  model: { url: string; token: string; name: string };
  /** The host's MCP service and the agent's own token for it. */
  tools: { url: string; token: string };
  /** Without the tools that change files. */
  readOnly: boolean;
}

/** One start of a server. */
export interface AgentLaunch extends AgentSpec {
  /** Where the record of its process goes, for whoever has to end it after the host is gone. */
  recordFile: string;
  logFile: string;
}

/** The session an agent is to have. */
export interface Opening {
  title: string;
  /** Duties and rules, added to the agent program's own system prompt. */
  system: string;
  /** The session to go on with, by its id; `null` begins a new one, and so does an id that the server does not know. */
  resume: string | null;
}

/** What an agent server tells while it works. Events are wake-ups and output, never the truth (runtime.md §2). */
export type AgentEvent =
  | { kind: "work" }
  | { kind: "text"; part: string; text: string; complete: boolean }
  | { kind: "tool"; call: string; tool: string; state: "running" | "completed" | "error"; detail: string }
  | { kind: "error"; message: string }
  /** It waits for an answer, and nobody is there. */
  | { kind: "asked" }
  | { kind: "look" };

/** What was read from an agent server about its session: the truth. */
export interface SessionFacts {
  status: { is: "idle" } | { is: "busy" } | { is: "retry"; attempt: number; message: string } | { is: "offline" };
  /** The newest message of the user's side. */
  lastPrompt: string | null;
  /** The newest message, when it is the agent's. */
  reply: {
    to: string | null;
    complete: boolean;
    error: string | null;
    /** The HTTP status of the model provider's answer that is the error; absent when it is another one, or the program does not say. */
    providerStatus?: number;
  } | null;
  /** One of its tools runs at this moment. */
  toolRunning: boolean;
}

/** One session of a running agent server. Each call ends by itself within seconds. */
export interface AgentSession {
  readonly id: string;
  /** It was there before: what was said in it is known to the agent. */
  readonly resumed: boolean;
  readonly server: AgentServer;
  /** The model it had until it was opened, when that was another one than it has now. */
  readonly had?: string;
  /** A prompt in the middle of a turn is refused: whatever is to be said waits for the turn's end. */
  readonly oneAtATime?: boolean;
  /** Hands over a prompt; the turn it starts is seen in `status`. */
  prompt(text: string): Promise<void>;
  /**
   * Asks the newest prompt again, whose turn has failed: its failed answers are taken out of the transcript, and no other turn of the
   * user's comes into it. Absent when the program has no way to do so.
   */
  again?(): Promise<void>;
  /** Ends the turn under way, and what it started. */
  cancel(): Promise<void>;
  /**
   * The session's next turn has this model; nothing is said, and nothing stands in the transcript. Throws `ModelError` when the
   * program does not know it, or lets nobody choose.
   */
  setModel(name: string): Promise<void>;
  /** The model of the session's next turn, as the server says; null when it does not say. */
  model(): Promise<string | null>;
  status(): Promise<SessionFacts>;
  /** What it was told last, oldest first; absent when the program keeps that to itself. */
  prompts?(): Promise<readonly string[]>;
  /** Answers whatever waits for a person: nobody is there. */
  unblock(): Promise<void>;
  /** What it tells from now on, until the signal aborts or its process is gone. */
  events(signal: AbortSignal): AsyncIterable<AgentEvent>;
}

/** One running agent server that answers and has its tools. */
export interface AgentServer {
  readonly version: string;
  /** Settles when its process is gone, with the reason. */
  readonly exited: Promise<string>;
  /** Terminals where it runs; absent when the program has none. */
  readonly terminals?: AgentTerminals;
  /** The session to speak in; its model is the server's configured one, also when it is an old session that had another. */
  open(opening: Opening, signal: AbortSignal): Promise<AgentSession>;
  /** Ends it and everything it started. True afterwards: no process of it is left. */
  stop(): Promise<void>;
}

/** The port behind which agent programs differ. */
export interface AgentRuntime {
  /** The program: a session of another one is of no use to it. */
  readonly program: string;
  /** A server that answers, with its tools connected; nothing was said to it. Throws with the reason otherwise. */
  start(launch: AgentLaunch, signal: AbortSignal): Promise<AgentServer>;
  /** The file in a home folder that holds its sessions; null: where they are is not known, and no other machine goes on with them. */
  databaseOf(home: string): string | null;
}
