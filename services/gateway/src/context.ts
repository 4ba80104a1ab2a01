import type { Bus } from "@gastown/bus";
import type { Logger } from "@gastown/telemetry";
import type { GatewayConfig } from "./config.ts";
import type { Feed } from "./live/feed.ts";
import type { Sessions } from "./live/sessions.ts";
import type { FingerprintStore } from "./store/fingerprint-store.ts";
import type { InstallVisitStore } from "./store/install-visit-store.ts";
import type { TerminalTicketStore } from "./store/terminal-ticket-store.ts";
import type { TokenStore } from "./store/token-store.ts";
import type { TerminalSockets } from "./terminal/terminal-sockets.ts";

export interface Dependency {
  state: "connected" | "not connected";
  reason?: string;
  detail?: string;
}

/** What routes work with. */
export interface GatewayContext {
  config: GatewayConfig & { verdictTimeoutMs: number; queryTimeoutMs: number };
  bus: Bus;
  tokens: TokenStore;
  fingerprints: FingerprintStore;
  visits: InstallVisitStore;
  feed: Feed;
  sessions: Sessions;
  terminals: TerminalSockets;
  terminalTickets: TerminalTicketStore;
  /** Whether the token of this id still stands. */
  stands(token: string): Promise<boolean>;
  logger: Logger;
  version: string;
  /** Own dependencies, looked at now. */
  dependencies(): Promise<Record<string, Dependency>>;
}
