import type { Deliveries, Json, JsonObject } from "../ports.ts";
import type { Asking } from "../server/asking.ts";
import type { RateMeter } from "../server/rate-meter.ts";
import type { Faults } from "../types.ts";

export interface RestRequest {
  readonly asking: Asking;
  readonly faults: Faults;
  readonly deliveries: Deliveries;
  readonly rate: RateMeter;
  /** The template's parts by name, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty when there was none. */
  readonly body: JsonObject;
  /** The path after `/api/v3` as it was asked for. */
  readonly path: string;
}

export interface RestAnswer {
  readonly status: number;
  /** Null: no body. Text is sent as it is. */
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing is answered: the connection is reset. */
  readonly reset?: boolean;
}

export interface RestRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As GitHub's documentation writes it; a last parameter with a star takes the rest of the path. */
  readonly template: string;
  /** It changes the world; minting a token does not. */
  readonly mutation: boolean;
  handle(request: RestRequest): Promise<RestAnswer> | RestAnswer;
}
