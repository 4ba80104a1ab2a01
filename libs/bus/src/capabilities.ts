/** What a nats-server of some version can do that an older one cannot (nats §1.3). Nothing of ours needs more than `minimumServer`. */
export interface Capabilities {
  /** Acknowledged messages can be on the disk: `jetstream { sync_interval: always }`. */
  readonly syncInterval: boolean;
  /** A stream can add the shard to a command's subject; below it the server's configuration must. */
  readonly subjectTransform: boolean;
  /** One consumer can have several filter subjects. */
  readonly filterSubjects: boolean;
  /** `+TERM <reason>` ends a message. Older servers drop it and deliver the message again, for ever (nats §1.4). */
  readonly termReason: boolean;
  /** `nats consumer pause`. */
  readonly consumerPause: boolean;
  /** `nats consumer reset`. */
  readonly consumerReset: boolean;
}

/** The oldest server that is connected to (what Debian 12 has, and what the tests run on). */
export const minimumServer = "2.9.10";
/** The oldest server that is recommended: the first without known holes (nats §5.3). */
export const recommendedServer = "2.14.3";

const since: Record<keyof Capabilities, { version: string; without: string }> = {
  syncInterval: {
    version: "2.10.0",
    without: "acknowledged messages reach the disk within two minutes, so a power cut can lose the last ones",
  },
  subjectTransform: { version: "2.10.0", without: "the server's configuration must map commands to shards" },
  filterSubjects: { version: "2.10.0", without: "readers of several subjects read all events and choose" },
  termReason: { version: "2.10.4", without: "the reason of a settled message is in the trace only" },
  consumerPause: { version: "2.11.0", without: "a shard cannot be paused by hand" },
  consumerReset: { version: "2.14.0", without: "a shard is replayed by making its consumer again" },
};

/** Releases that got the fixes of the 2026 advisories on their own line (nats §5.3). */
const fixedOnLine: Record<string, string> = { "2.11": "2.11.17", "2.12": "2.12.8" };

/** The capabilities of a server that reports this version (`2.10.27`, `v2.15.1`, `2.11.0-RC.2`). */
export function capabilitiesOf(version: string): Capabilities {
  const has = (name: keyof Capabilities): boolean => isAtLeast(version, since[name].version);
  return {
    syncInterval: has("syncInterval"),
    subjectTransform: has("subjectTransform"),
    filterSubjects: has("filterSubjects"),
    termReason: has("termReason"),
    consumerPause: has("consumerPause"),
    consumerReset: has("consumerReset"),
  };
}

/** What this version lacks and what follows from it, one line each, for a log or a terminal; empty for a current server. */
export function missingCapabilities(version: string): string[] {
  const has = capabilitiesOf(version);
  const missing = Object.entries(since)
    .filter(([name]) => !has[name as keyof Capabilities])
    .map(([name, { version: from, without }]) => `${name} (from ${from}): ${without}`);
  return isExposable(version)
    ? missing
    : [...missing, `security fixes (from ${recommendedServer}): use it on loopback only, for development`];
}

/** True when a server of version `version` is `than` or newer; a pre-release counts as its release. */
export function isAtLeast(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  const at = a.findIndex((number, i) => number !== b[i]);
  return at === -1 || (a[at] ?? 0) > (b[at] ?? 0);
}

function isExposable(version: string): boolean {
  const [major, minor] = numbersOf(version);
  return isAtLeast(version, fixedOnLine[`${major}.${minor}`] ?? recommendedServer);
}

function numbersOf(version: string): [number, number, number] {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) throw new Error(`"${version}" is not a nats-server version`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}
