import { parseArgs, type ParseArgsConfig } from "node:util";

export interface Options {
  /** Commands of each contender in each round. */
  readonly commands: number;
  readonly rounds: number;
  /** How long idle towns are watched. */
  readonly idleSeconds: number;
  /** JSON on stdout instead of a table. */
  readonly json: boolean;
  /** The parts to run. */
  readonly only: ReadonlySet<Part>;
}

const parts = ["throughput", "looks", "idle"] as const;
type Part = (typeof parts)[number];

export const help = `Usage: npm run bench:town -- [options]

Measures the town service on this machine, with a nats-server and a Postgres (fsync on) of its own:
  throughput  commands applied per second with exactly-once effects, against plain JetStream + Postgres, pg-boss and graphile-worker
  looks       what one look of the rules costs, by the number of beads in the town
  idle        queries and messages of 10,000 towns with nothing to do

Options:
  --commands N      commands of each contender in a round (default 10000)
  --rounds N        rounds, interleaved; medians are told (default 3)
  --idle-seconds N  how long idle towns are watched (default 60)
  --only PART       throughput, looks or idle; may be given several times (default all)
  --json            JSON on stdout, progress on stderr
  --help            this text
`;

export class UsageError extends Error {}

/** What the arguments say; null when help is asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): Options | null {
  const values = parseOptions(args, {
    commands: { type: "string" },
    rounds: { type: "string" },
    "idle-seconds": { type: "string" },
    only: { type: "string", multiple: true },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help === true) return null;
  return {
    commands: wholeNumber("commands", values.commands ?? "10000", { least: 100, most: 200_000 }),
    rounds: wholeNumber("rounds", values.rounds ?? "3", { least: 1, most: 25 }),
    idleSeconds: wholeNumber("idle-seconds", values["idle-seconds"] ?? "60", { least: 1, most: 3_600 }),
    json: values.json ?? false,
    only: new Set(values.only === undefined ? parts : values.only.map(partOf)),
  };
}

function partOf(text: string): Part {
  const found = parts.find((part) => part === text);
  if (found === undefined) throw new UsageError(`--only is one of ${parts.join(", ")}, not "${text}"`);
  return found;
}

/** The number in `text`. Throws UsageError when it is none from `least` to `most`. */
export function wholeNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} is a whole number from ${least} to ${most}, not "${text}"`);
}

/** What was given for each of the options. Throws UsageError when something else was given. */
export function parseOptions<const Known extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: Known,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
