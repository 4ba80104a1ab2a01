import type { AgentRole } from "@gastown/contracts";

/** What an agent server is started with. Everything it may know of the world is in here. */
export interface AgentLaunch {
  agent: string;
  generation: number;
  role: AgentRole;
  /** The worktree it works in. */
  cwd: string;
  /** Its own home folder; it writes nowhere else but there and into `cwd`. */
  home: string;
  /** The whole environment, but for what the agent program itself needs. */
  env: Record<string, string>;
  /** Duties and rules, added to the agent program's own system prompt. */
  system: string;
  /** The host's loopback model service and the agent's own token for it. */
  model: { url: string; token: string; name: string };
  /** The host's MCP service and the agent's own token for it. */
  tools: { url: string; token: string };
  /** Without the tools that change files. */
  readOnly: boolean;
  /** Where the record of its process goes, for whoever has to end it after the host is gone. */
  recordFile: string;
  logFile: string;
}

/** What an agent server tells while it works. Events are wake-ups and output, never the truth (runtime.md §2). */
export type AgentEvent =
  | { kind: "work" }
  | { kind: "text"; part: string; text: string; complete: boolean }
  | { kind: "tool"; call: string; tool: string; state: "running" | "completed" | "error"; detail: string }
  | { kind: "error"; message: string }
  | { kind: "look" };

/** What was read from an agent server about its session: the truth. */
export interface SessionFacts {
  status: { is: "idle" } | { is: "busy" } | { is: "retry"; attempt: number; message: string } | { is: "offline" };
  /** The newest message of the user's side. */
  lastPrompt: string | null;
  /** The newest message, when it is the agent's. */
  reply: { to: string | null; complete: boolean; error: string | null } | null;
  /** One of its tools runs at this moment. */
  toolRunning: boolean;
}

/** One running agent server with one session. Each call ends by itself within seconds. */
export interface AgentServer {
  readonly version: string;
  /** Settles when its process is gone, with the reason. */
  readonly exited: Promise<string>;
  /** Hands over a prompt; the turn it starts is seen in `status`. */
  prompt(text: string): Promise<void>;
  /** Ends the turn under way, and what it started. */
  cancel(): Promise<void>;
  /** Changes the model of the running session; no prompt is made. Throws when the model is not configured. */
  setModel(name: string): Promise<void>;
  status(): Promise<SessionFacts>;
  /** Answers whatever waits for a person: nobody is there. */
  unblock(): Promise<void>;
  /** What it tells from now on, until the signal aborts or its process is gone. */
  events(signal: AbortSignal): AsyncIterable<AgentEvent>;
  /** Ends it and everything it started. True afterwards: no process of it is left. */
  stop(): Promise<void>;
}

/** The port behind which agent programs differ. */
export interface AgentRuntime {
  /** A server that answers, with its tools connected and a session, not yet prompted. Throws with the reason otherwise. */
  start(launch: AgentLaunch, signal: AbortSignal): Promise<AgentServer>;
}
