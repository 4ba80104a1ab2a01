import { parseOptions, wholeNumber } from "../options.ts";

export interface HookOptions {
  /** Deliveries per second that are begun, whatever becomes of those before. */
  readonly rate: number;
  readonly seconds: number;
  /** JSON on stdout instead of text. */
  readonly json: boolean;
}

export const help = `Usage: npm run bench:hooks -- [options]

Sends signed webhooks (the published examples of GitHub) to scm on loopback, at a fixed rate whatever becomes of them, and counts every
202 against what is in stream HOOK afterwards. scm runs in a process of its own, with a nats-server and a Postgres (fsync on) of its own,
and handles what comes meanwhile. Ends with 1 when a delivery that was accepted is missing, or was not handled.

Options:
  --rate N     deliveries per second (default 2000)
  --seconds N  for how long (default 10)
  --json       JSON on stdout, progress on stderr
  --help       this text
`;

/** What the arguments say; null when help is asked for. Throws UsageError. */
export function readHookOptions(args: readonly string[]): HookOptions | null {
  const values = parseOptions(args, {
    rate: { type: "string" },
    seconds: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help === true) return null;
  return {
    rate: wholeNumber("rate", values.rate ?? "2000", { least: 1, most: 50_000 }),
    seconds: wholeNumber("seconds", values.seconds ?? "10", { least: 1, most: 600 }),
    json: values.json ?? false,
  };
}
