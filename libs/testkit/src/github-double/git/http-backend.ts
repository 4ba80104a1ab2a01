import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { gitEnv } from "./run-git.ts";

interface BackendRun {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The folder of the bare repository. */
  readonly folder: string;
  /** `/info/refs` or `/git-upload-pack`. */
  readonly path: string;
  /** Without a question mark. */
  readonly query: string;
}

/** One request is answered by `git http-backend` (CGI), streaming. The program ends when the client goes away. */
export async function runHttpBackend({ request, response, folder, path, query }: BackendRun): Promise<void> {
  const env = {
    ...gitEnv(),
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? "GET",
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
    GIT_PROTOCOL: header(request, "git-protocol"),
    ...settings,
  };
  const child = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "pipe"] });
  const kill = () => void child.kill("SIGKILL");
  response.once("close", kill);
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.once("error", (error) => (complaint += error.message));
  // It may end before it has read all; what it answers says why.
  const fed = pipeline(request, child.stdin).catch(() => child.stdin.destroy());
  try {
    const answer = (source: AsyncIterable<Buffer>) => answerIn(source, { response, complaint: () => complaint });
    await pipeline(child.stdout, answer, response);
  } catch {
    // Only a client that went away gets here: what git has to complain of is in the answer.
    response.destroy();
  } finally {
    kill();
    await fed;
  }
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

/** As environment, which no repository's own configuration overrides. GitHub lets any commit be fetched by its id. */
const settings = asConfig({
  "http.receivepack": "true",
  "receive.advertiseAtomic": "false",
  "uploadpack.allowFilter": "true",
  "uploadpack.allowAnySHA1InWant": "true",
});

function asConfig(values: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(values).flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key] as const,
    [`GIT_CONFIG_VALUE_${i}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(Object.keys(values).length), ...Object.fromEntries(pairs) };
}

/** Writes the head of a CGI answer (RFC 3875 §6) to the response and passes on its body; 500 when there is none. */
async function* answerIn(
  source: AsyncIterable<Buffer>,
  { response, complaint }: { response: ServerResponse; complaint: () => string },
): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of source) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = /\r?\n\r?\n/.exec(head.toString("latin1"));
    if (end === null) continue;
    writeHead(head.subarray(0, end.index).toString("latin1"), response);
    yield head.subarray(end.index + end[0].length);
    head = null;
  }
  if (head === null) return;
  response.statusCode = 500;
  yield Buffer.from(`git http-backend ended without an answer: ${complaint()}\n`);
}

function writeHead(text: string, response: ServerResponse): void {
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}
