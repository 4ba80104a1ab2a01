import { answered, UnreachableError } from "@gastown/client";
import { setTimeout as wait } from "node:timers/promises";
import { CliError, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import {
  connectTerminal,
  type TerminalClosed,
  type TerminalConnection,
  type TerminalFrame,
} from "./connect-terminal.ts";
import { takeTerminal, type LocalTerminal } from "./local-terminal.ts";
import { shortId } from "./terminal-list.ts";
import { messagesOf } from "./typed-text.ts";

export interface Attachment {
  agent: string;
  mode: "write" | "watch";
  program: "shell" | "agent";
  /** Null: a new one to write in, the newest one to watch. */
  session: string | null;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;
const revoked = 4001;

/** What one attachment knows while it lasts, over lost connections. */
interface Attached extends Attachment {
  cli: CliContext;
  town: string;
  local: LocalTerminal;
  connection: TerminalConnection | null;
  /** The newest piece of output that was shown. */
  last: number;
  failures: number;
  /** It is over, and how. */
  over: Extract<TerminalFrame, { type: "ended" | "refused" }> | null;
}

function retryMs(failures: number): number {
  return Math.min(firstRetryMs * 2 ** failures, longestRetryMs);
}

function greet({ cli, mode, local, agent }: Attached, session: string): void {
  if (cli.out.json) return;
  const keys = process.stdin.isTTY ? "; Ctrl-] leaves it" : "";
  cli.out.note(`${mode === "watch" ? "watching" : "in"} terminal ${session} of ${agent}${keys}`);
  if (local.size !== null) cli.out.detail(`it has the size of this one: ${local.size.cols}x${local.size.rows}`);
}

/** The sizes of both are the same, as far as this side has a say. */
function sendSize({ connection, local, mode }: Attached): void {
  if (mode === "write" && local.size !== null) connection?.send({ type: "resize", ...local.size });
}

function begin(attached: Attached, session: string): void {
  if (attached.session !== session || attached.last === 0) greet(attached, session);
  attached.session = session;
  attached.failures = 0;
  sendSize(attached);
  attached.local.ready();
}

function show(attached: Attached, frame: TerminalFrame): void {
  const { cli, local } = attached;
  const { json } = cli.out;
  if (json) cli.out.line({ seq: null, data: frame });
  if (frame.type === "output") {
    attached.last = frame.seq;
    local.heard();
    if (!json) local.write(frame.data);
  }
  if (frame.type === "hello") begin(attached, frame.session);
  if (frame.type === "gap") cli.out.note(`output ${frame.from} to ${frame.to} is kept no more`);
  if (frame.type === "error") cli.out.note(frame.message);
  if (frame.type === "refused" || frame.type === "ended") attached.over = frame;
}

/** One connection, from its ticket to its end. */
async function connectOnce(attached: Attached, signal: AbortSignal): Promise<TerminalClosed> {
  const { cli, town, agent, mode, program, session, last, local } = attached;
  const path = { town, agent };
  const { data: ticket } = await answered(
    cli.http.POST("/v1/towns/{town}/agents/{agent}/terminal/tickets", {
      params: { path },
      body: { mode, program, session },
    }),
  );
  const size = local.size === null ? {} : { cols: String(local.size.cols), rows: String(local.size.rows) };
  const query = session === null ? size : { ...size, after: String(last) };
  const connection = connectTerminal({
    url: cli.client.url,
    ticket,
    query,
    onFrame: (frame) => show(attached, frame),
  });
  const leave = (): void => connection.close();
  attached.connection = connection;
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await connection.closed;
  } finally {
    signal.removeEventListener("abort", leave);
    attached.connection = null;
    local.wait();
  }
}

async function untilOver(attached: Attached, signal: AbortSignal): Promise<void> {
  const { cli } = attached;
  while (!signal.aborted && attached.over === null) {
    const why = await connectOnce(attached, signal).catch((error: unknown) => {
      // Who was in the terminal already waits for a gateway that restarts.
      if (error instanceof UnreachableError && attached.session !== null) return { code: 1006, reason: error.message };
      throw error;
    });
    if (signal.aborted || attached.over !== null) return;
    if (why.code === revoked)
      throw new CliError("The token was revoked.", { code: "unauthenticated", exit: exitCodes.failed });
    const pause = retryMs(attached.failures++);
    cli.out.note(`connection lost (${why.reason}), again in ${pause} ms`);
    await wait(pause, undefined, { signal }).catch(() => undefined); // whoever leaves does not wait
  }
}

type Refusal = Extract<TerminalFrame, { type: "refused" }>["code"];

/** What a person does next who was not let in; a refusal without one says it itself. */
const adviceOnRefusal: Readonly<Partial<Record<Refusal, { advice: string }>>> = {
  agent_not_running: { advice: "gastown agent ls shows which agents run." },
  unavailable: {
    advice:
      "Try it again in a moment; gastown status shows whether the container runs, gastown doctor what does not answer.",
  },
};

function tellEnd({ cli, over, session, agent }: Attached): void {
  if (over?.type === "refused")
    throw new CliError(over.message, {
      code: over.code,
      exit: over.code === "terminal_not_found" ? exitCodes.notFound : exitCodes.failed,
      ...adviceOnRefusal[over.code],
    });
  if (over?.type === "ended") cli.out.note(`the terminal is over: ${over.message}`);
  else if (session !== null)
    cli.out.note(`left; come back with: gastown attach ${agent} --session ${shortId(session)}`);
}

/** A person is in the terminal until it is over or they leave. Throws CliError when it is not given. */
export async function attachTerminal(cli: CliContext, attachment: Attachment): Promise<void> {
  const town = await cli.town();
  const leaving = new AbortController();
  const stop = (): void => leaving.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const local = takeTerminal({
    typing: attachment.mode === "write",
    onText: (text) => messagesOf(text).forEach((data) => attached.connection?.send({ type: "input", data })),
    onResize: () => sendSize(attached),
    onDetach: stop,
  });
  const attached: Attached = { ...attachment, cli, town, local, connection: null, last: 0, failures: 0, over: null };
  try {
    await untilOver(attached, leaving.signal);
  } finally {
    local.release();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  tellEnd(attached);
}
