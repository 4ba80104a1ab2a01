/** Where an agent server listens and what makes it answer. */
export interface ServerAddress {
  url: string;
  directory: string;
  user: string;
  password: string;
}

/** Speaks to one agent server. Each call has its own time limit: an early probe may never be answered (runtime.md §1, T4). */
export interface ServerClient {
  readonly address: ServerAddress;
  get(path: string, timeoutMs?: number): Promise<unknown>;
  /** The same, and null for what the server does not know. */
  find(path: string, timeoutMs?: number): Promise<unknown>;
  post(path: string, body: unknown, timeoutMs?: number): Promise<unknown>;
  delete(path: string, timeoutMs?: number): Promise<unknown>;
  /** The server's event stream as it comes; ends with the connection. */
  events(signal: AbortSignal): AsyncGenerator;
}

const callMs = 15_000;
/** An event larger than this is no event of use to us. */
const maxEventChars = 8 * 1024 * 1024;

/** A client bound to one server and one directory. */
export function createServerClient(address: ServerAddress): ServerClient {
  const authorization = `Basic ${Buffer.from(`${address.user}:${address.password}`).toString("base64")}`;
  const urlOf = (path: string): URL => {
    const url = new URL(path, address.url);
    url.searchParams.set("directory", address.directory);
    return url;
  };
  async function send(path: string, init: RequestInit, timeoutMs: number) {
    const response = await fetch(urlOf(path), { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return { response, text: await response.text() };
  }
  async function call(path: string, init: RequestInit, timeoutMs: number): Promise<unknown> {
    const { response, text } = await send(path, init, timeoutMs);
    if (!response.ok) throw new Error(`The agent server answered ${response.status} to ${path}: ${text.slice(0, 300)}`);
    return text === "" ? null : (JSON.parse(text) as unknown);
  }
  return {
    address,
    get: (path, timeoutMs = callMs) => call(path, { headers: { authorization } }, timeoutMs),
    async find(path, timeoutMs = callMs) {
      const { response, text } = await send(path, { headers: { authorization } }, timeoutMs);
      if (response.status === 404) return null;
      if (!response.ok)
        throw new Error(`The agent server answered ${response.status} to ${path}: ${text.slice(0, 300)}`);
      return text === "" ? null : (JSON.parse(text) as unknown);
    },
    post: (path, body, timeoutMs = callMs) =>
      call(
        path,
        { method: "POST", headers: { authorization, "content-type": "application/json" }, body: JSON.stringify(body) },
        timeoutMs,
      ),
    delete: (path, timeoutMs = callMs) => call(path, { method: "DELETE", headers: { authorization } }, timeoutMs),
    async *events(signal) {
      const response = await fetch(urlOf("/event"), { headers: { authorization }, signal });
      if (!response.ok || response.body === null)
        throw new Error(`The agent server answered ${response.status} to /event`);
      yield* readEvents(response.body.pipeThrough(new TextDecoderStream()));
    },
  };
}

/** The JSON data of each server-sent event in a stream of text; what is no JSON is left out. */
export async function* readEvents(chunks: AsyncIterable<string>): AsyncGenerator {
  let rest = "";
  for await (const chunk of chunks) {
    rest += chunk;
    const events = rest.split("\n\n");
    rest = (events.pop() ?? "").slice(-maxEventChars);
    for (const event of events) {
      const data = event
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trim())
        .join("\n");
      const parsed = parseJson(data);
      if (parsed !== undefined) yield parsed;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
