import { z } from "zod";
import { actor } from "./envelope.ts";
import { beadId } from "./ids.ts";

/**
 * Terminals of agents, between gateways and container hosts (core NATS: nothing of a terminal is stored anywhere but in the
 * host's ring). The numbers here are limits that both sides hold.
 */
export const terminalLimits = {
  /** Of one message of typed text, in bytes. Pasted text is sent in several. */
  inputBytes: 16 * 1024,
  /** Of one numbered piece of output, in characters. */
  frameChars: 16 * 1024,
  /** The output a host keeps for those who come back, in bytes. */
  ringBytes: 256 * 1024,
  /** The most output that one answer to `read` holds, in bytes: escaped as JSON it stays under the bus's 1 MB. */
  readBytes: 64 * 1024,
  /** kilo-container-api §13. */
  cols: 500,
  rows: 200,
} as const;

/** Random, so that nobody finds a terminal by trying. */
export const terminalId = z.string().regex(/^[0-9a-f]{32}$/, "must be a terminal's id");
const viewerId = terminalId;

/** `write` types and sees, `watch` sees. */
export const terminalMode = z.enum(["write", "watch"]);
export type TerminalMode = z.infer<typeof terminalMode>;

/** What runs in a terminal: a shell where the agent works, or the agent's own interface in its session. */
export const terminalProgram = z.enum(["shell", "agent"]);
export type TerminalProgram = z.infer<typeof terminalProgram>;

export const terminalSize = z.object({
  cols: z.int().min(1).max(terminalLimits.cols),
  rows: z.int().min(1).max(terminalLimits.rows),
});
export type TerminalSize = z.infer<typeof terminalSize>;

/** Why a terminal is not given. */
export const terminalRefusalCode = z.enum([
  "agent_not_running",
  "no_terminals",
  "no_session",
  "terminal_not_found",
  "too_many_terminals",
  "too_many_viewers",
  "terminal_failed",
]);
export type TerminalRefusalCode = z.infer<typeof terminalRefusalCode>;
const refused = z.object({ is: z.literal("refused"), code: terminalRefusalCode, message: z.string() });

/** How a terminal came to its end. */
export const terminalEnd = z.object({
  code: z.enum(["exited", "idle", "unattended", "closed", "host_stopped"]),
  message: z.string(),
});
export type TerminalEnd = z.infer<typeof terminalEnd>;

/** A piece of output; numbers begin at 1 and have no holes. */
export const terminalFrame = z.object({ seq: z.int().min(1), data: z.string() });
export type TerminalFrame = z.infer<typeof terminalFrame>;

/** A viewer of a terminal, as the host knows it. */
const attached = z.object({
  is: z.literal("attached"),
  session: terminalId,
  viewer: viewerId,
  program: terminalProgram,
  size: terminalSize,
  /** The newest piece of output; 0 before the first. */
  last: z.int().min(0),
});
export type TerminalAttached = z.infer<typeof attached>;

/** A terminal that is open. */
export const terminalView = z.object({
  session: terminalId,
  agent: beadId,
  program: terminalProgram,
  openedAt: z.iso.datetime(),
  openedBy: actor,
  size: terminalSize,
  /** Viewers who may type, and who only look. */
  writers: z.int().min(0),
  watchers: z.int().min(0),
  /** When it last wrote something, and when somebody last typed; null before that. */
  lastOutputAt: z.iso.datetime().nullable(),
  lastTypedAt: z.iso.datetime().nullable(),
});
export type TerminalView = z.infer<typeof terminalView>;

const viewerOnly = z.object({ viewer: viewerId });
const known = z.object({ known: z.boolean() });

/**
 * What a gateway asks of the host on `term.<town>.<agent>.<session>.ctl.<verb>`; `new` is the session that is not there yet. The host
 * trusts a gateway with who may, and holds each viewer to the mode that it was attached with.
 */
export const terminalRequests = {
  /**
   * A viewer more. Session `new`: one who writes gets a new terminal, one who watches the newest there is. A viewer is forgotten
   * when nobody keeps it for 90 s.
   */
  attach: {
    data: z.object({ mode: terminalMode, program: terminalProgram, size: terminalSize.nullable(), actor }),
    reply: z.discriminatedUnion("is", [attached, refused]),
  },
  /** The viewer is still there. No sign of use. */
  keep: { data: viewerOnly, reply: known },
  /** The output after a number, as far as it is kept and fits. `gap`: numbers in between that are kept no more. */
  read: {
    data: z.object({ after: z.int().min(0) }),
    reply: z.object({
      frames: z.array(terminalFrame),
      gap: z.object({ from: z.int(), to: z.int() }).nullable(),
      last: z.int().min(0),
      /** Set when it is over; null while it goes on. */
      end: terminalEnd.nullable(),
    }),
  },
  /** Another size for all who look; not for viewers that watch. */
  resize: { data: viewerOnly.extend({ size: terminalSize }), reply: known },
  /** The viewer goes; the terminal stays. */
  detach: { data: viewerOnly, reply: known },
  /** The terminal is ended for all; not by viewers that watch. */
  close: { data: viewerOnly, reply: known },
  /** The open terminals of the agent, or of all agents; the oldest first. Asked with `anyTerminal` in the place of the session. */
  list: { data: z.object({}), reply: z.object({ terminals: z.array(terminalView) }) },
  /** The terminal is ended for all by somebody who does not look at it. */
  end: { data: z.object({ actor }), reply: known },
} as const;
export type TerminalVerb = keyof typeof terminalRequests;

/** On `term.<town>.<agent>.<session>.in`: what a person typed. Dropped when its viewer is not known, or watches. */
export const terminalInput = z.object({ viewer: viewerId, data: z.string().min(1) });
export type TerminalInput = z.infer<typeof terminalInput>;

/** On `term.<town>.<agent>.<session>.out`. Wake-ups too: who misses one sees a hole in the numbers and reads. */
export const terminalOutput = z.discriminatedUnion("is", [
  terminalFrame.extend({ is: z.literal("output") }),
  z.object({ is: z.literal("resized"), size: terminalSize }),
  z.object({ is: z.literal("dropped"), viewer: viewerId, message: z.string() }),
  z.object({ is: z.literal("ended"), end: terminalEnd }),
]);
export type TerminalOutput = z.infer<typeof terminalOutput>;
