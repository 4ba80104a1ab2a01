import { parseArgs } from "node:util";

export const help = `Usage: npm run chaos -- [--minutes M] [--beads N] [--seed S] [--every SECONDS] [--settle MINUTES] [--towns T] [--rigs R]

Starts the real product on a folder of its own (nats-server, Postgres, the services, container hosts, agent servers; the model is the
scripted double), gives it N beads over the rigs, and ends parts of it with kill -9, by chance, for M minutes: an agent, a container
host, a whole container (host and agents together), the server process (dispatcher, town, scm and gateway in one), nats-server and
Postgres. What was killed is started again by the product itself, the server by its supervisor.

Then nothing is killed any more, and every bead has to be merged. Checked in the end: each bead merged exactly once (by the history of
the default branch), nothing lost that an agent committed or wrote, no unpushed commit in a clone, no agent without its host, at most one
container a town, no dead letter; the events tell of each crash of the server and of all work on rescue branches; "gastown doctor" finds
nothing wrong and says the same of what runs; and after the stop no process at all. Exit code 0 only when all of this holds; else the
folder is kept.

  --minutes M   how long parts are killed (10)
  --beads N     how many beads, given evenly over that time (20)
  --seed S      what decides who is killed when (a new one each time; it is printed)
  --every S     seconds between two kills, on average (10)
  --settle M    minutes until all beads must be merged, after the last kill (5, and half a minute for each bead)
  --towns T     towns (2), each with a container of its own
  --rigs R      rigs of each town (2)
`;

/** What a chaos run is asked to do. Times are milliseconds. */
export interface ChaosOptions {
  chaosMs: number;
  beads: number;
  seed: number;
  everyMs: number;
  settleMs: number;
  towns: number;
  rigs: number;
}

/** The command line cannot be understood; the message says what is wrong. */
export class ChaosUsageError extends Error {
  override name = "ChaosUsageError";
}

interface Bounds {
  min: number;
  max: number;
  whole: boolean;
}

function numberOf(name: string, given: string, { min, max, whole }: Bounds): number {
  const number = given.trim() === "" ? Number.NaN : Number(given);
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  throw new ChaosUsageError(`--${name}: ${given} is not a ${whole ? "whole " : ""}number from ${min} to ${max}`);
}

const text = (value: string) => ({ type: "string" as const, default: value });

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        minutes: text("10"),
        beads: text("20"),
        seed: { type: "string" },
        every: text("10"),
        settle: { type: "string" },
        towns: text("2"),
        rigs: text("2"),
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new ChaosUsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Reads the command line; null when it asks for help. `newSeed` is the seed of a run that was given none. Throws a ChaosUsageError. */
export function parseChaosOptions(args: string[], newSeed: number): ChaosOptions | null {
  const given = parse(args);
  if (given.help) return null;
  const beads = numberOf("beads", given.beads, { min: 1, max: 1_000, whole: true });
  const settle = given.settle ?? String(5 + beads / 2);
  return {
    beads,
    chaosMs: numberOf("minutes", given.minutes, { min: 0, max: 1_440, whole: false }) * 60_000,
    seed: given.seed === undefined ? newSeed : numberOf("seed", given.seed, { min: 0, max: 2 ** 32 - 1, whole: true }),
    everyMs: numberOf("every", given.every, { min: 0.5, max: 3_600, whole: false }) * 1_000,
    settleMs: numberOf("settle", settle, { min: 0.1, max: 1_440, whole: false }) * 60_000,
    towns: numberOf("towns", given.towns, { min: 1, max: 20, whole: true }),
    rigs: numberOf("rigs", given.rigs, { min: 1, max: 20, whole: true }),
  };
}
