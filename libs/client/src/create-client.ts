import createFetchClient, { type Client } from "openapi-fetch";
import { UnreachableError } from "./api-error.ts";
import type { paths } from "./schema.d.ts";
import type { Frame } from "./frame.ts";
import { watchTown, type WatchOptions } from "./watch-town.ts";

export interface ClientOptions {
  /** The gateway's address, such as `http://127.0.0.1:4080`. */
  url: string;
  token: string;
  /** How long one request may take, in milliseconds; 30 s by default. */
  timeoutMs?: number;
}

export interface GastownClient {
  readonly url: string;
  /** Every route, typed: `http.GET("/v1/towns/{town}", ...)`. Wrap calls in `answered` or `settled`. */
  readonly http: Client<paths>;
  /** A town's events as they happen, resumed over lost connections. */
  watchTown(options: WatchOptions): AsyncGenerator<Frame, void>;
}

/** A client of one gateway under one token. Nothing is sent before the first call. */
export function createClient({ url, token, timeoutMs = 30_000 }: ClientOptions): GastownClient {
  const baseUrl = url.replace(/\/+$/, "");
  const http = createFetchClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${token}` },
    fetch: async (request) => {
      try {
        return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) });
      } catch (error) {
        if (request.signal.aborted) throw error;
        throw new UnreachableError(baseUrl, error);
      }
    },
  });
  return { url: baseUrl, http, watchTown: (options) => watchTown({ ...options, url: baseUrl, token }) };
}
