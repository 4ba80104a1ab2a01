import { parseOptions, wholeNumber } from "../options.ts";

/** What `npm run bench:resting` is to do. */
export interface RestingOptions {
  readonly towns: number;
  readonly seconds: number;
  /** JSON on stdout instead of a table. */
  readonly json: boolean;
}

export const help = `Usage: npm run bench:resting -- [options]

What towns cost that nobody uses: gateway, town, scm and dispatcher in one process, on a real nats-server and Postgres. Every town gets a
repository and a bead, its container starts (the small host of the dispatcher's tests, a process without an agent server), the bead is
closed, and the container is stopped for being idle. Then containers, statements, messages and timers that fire are counted, first
without any town and then with all of them.

Options:
  --towns N    how many (default 50)
  --seconds S  how long it is watched (default 60)
  --json       JSON on stdout, progress on stderr
  --help       this text
`;

/** What the arguments say; null when help is asked for. Throws UsageError. */
export function readRestingOptions(args: readonly string[]): RestingOptions | null {
  const values = parseOptions(args, {
    towns: { type: "string" },
    seconds: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help === true) return null;
  return {
    towns: wholeNumber("towns", values.towns ?? "50", { least: 1, most: 1_000 }),
    seconds: wholeNumber("seconds", values.seconds ?? "60", { least: 1, most: 3_600 }),
    json: values.json ?? false,
  };
}
