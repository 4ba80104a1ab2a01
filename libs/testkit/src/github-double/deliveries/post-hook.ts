import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";

export interface HookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Ends it, as if nobody had answered. */
  readonly signal: AbortSignal;
}
export interface HookAnswer {
  /** 0 when nobody answered (scm §3.4 [D]). */
  readonly statusCode: number;
  readonly status: string;
  /** Seconds. */
  readonly duration: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const keptBody = 64 * 1024;

/** Posts once, over a connection of its own, and tells how that went; it never throws. */
export async function postHook(post: HookPost): Promise<HookAnswer> {
  const begun = performance.now();
  const duration = () => Math.round(performance.now() - begun) / 1_000;
  const tooLate = AbortSignal.timeout(post.timeoutMs);
  try {
    const response = await send(post, AbortSignal.any([post.signal, tooLate]));
    const { statusCode = 0 } = response;
    const body = await textOf(response);
    const fine = statusCode >= 200 && statusCode < 300;
    const status = fine ? "OK" : `Invalid HTTP Response: ${statusCode}`;
    return { statusCode, status, duration: duration(), headers: headersOf(response), body };
  } catch {
    // Who is not there, hangs up or is slow: the log of deliveries is where that is told.
    const status = tooLate.aborted ? "timed out" : "failed to connect to host";
    return { statusCode: 0, status, duration: duration(), headers: {}, body: "" };
  }
}

function send({ url, headers, body }: HookPost, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const length = { "Content-Length": String(bytes.length) };
    const sent = request(url, { method: "POST", agent: false, headers: { ...headers, ...length }, signal }, resolve);
    sent.once("error", reject);
    sent.end(bytes);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const part of response as AsyncIterable<string>) text = (text + part).slice(0, keptBody);
  return text;
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
