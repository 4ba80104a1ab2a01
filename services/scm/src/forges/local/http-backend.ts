import { spawn, type ChildProcessByStdio } from "node:child_process";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import type { Logger } from "@gastown/telemetry";
import { readCgiHead } from "./cgi-head.ts";

export interface BackendRequest {
  readonly request: Request;
  /** The whole environment of the program: CGI variables and what git needs. */
  readonly env: Record<string, string>;
  readonly logger: Logger;
  /** Called once, when the program has ended, however. */
  readonly onEnd: () => void;
}

/** A transfer that takes longer is ended: its client hangs, or is gone without a word. */
const longestTransferMs = 30 * 60_000;

/**
 * One request answered by `git http-backend` (CGI): the body streams in, the answer streams out, nothing is held in memory.
 * The program is killed when the client goes away.
 */
export async function runHttpBackend({ request, env, logger, onEnd }: BackendRequest): Promise<Response> {
  const child = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), longestTransferMs);
  const kill = () => child.kill("SIGKILL");
  request.signal.addEventListener("abort", kill, { once: true });
  child.once("error", (error) => logger.error({ error }, "git http-backend could not be started"));
  child.once("close", () => {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", kill);
    onEnd();
  });
  logStderr(child, logger);
  feed(child.stdin, request.body, logger);
  const head = await readCgiHead(child.stdout);
  if (head === null) {
    child.kill("SIGKILL");
    return new Response("git could not answer; see the log of scm\n", { status: 500 });
  }
  return new Response(Readable.toWeb(child.stdout) as ReadableStream, { status: head.status, headers: head.headers });
}

/** The program may end before it has read all (a refused push): then the rest is of no use. */
function feed(stdin: Writable, body: WebStream | null, logger: Logger): void {
  if (body === null) {
    stdin.end();
    return;
  }
  pipeline(Readable.fromWeb(body), stdin).catch((error: unknown) =>
    logger.debug({ error }, "request body not read to its end"),
  );
}

function logStderr(child: ChildProcessByStdio<Writable, Readable, Readable>, logger: Logger): void {
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text = (text + chunk).slice(-4_000)));
  child.once("close", (code) => {
    if (text !== "") logger.info({ code, stderr: text }, "git http-backend said");
  });
}
