export type FoundNatsServer = { source: "NATS_URL"; url: string } | { source: string; binary: string; version: string };

/** Finds a nats-server or throws an error whose message says what to do by hand; see the implementation for the order. */
export function findNatsServer(options: {
  env: Record<string, string | undefined>;
  say: (line: string) => void;
}): Promise<FoundNatsServer>;

/** The version a nats-server binary says it has, or null when it cannot be run. */
export function natsServerVersion(binary: string): Promise<string | null>;

/** The first executable file of that name on a PATH, or null. */
export function onPath(name: string, path: string | undefined): Promise<string | null>;

/** What a person can do to get a nats-server. */
export const manualSteps: string[];

/** The release that is downloaded where none is found. */
export const pinnedVersion: string;
