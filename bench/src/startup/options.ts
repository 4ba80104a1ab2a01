import { parseOptions, UsageError, wholeNumber } from "../options.ts";

/** What `npm run bench:startup` is to do. */
export interface StartupOptions {
  /** Starts of each kind. */
  readonly rounds: number;
  /** How many agents are started at once, and in how many rigs; no agents: that is left out. */
  readonly agents: number;
  readonly rigs: number;
  readonly program: "opencode" | "kilo";
  /** The agent program's path, when it is not the installed one. */
  readonly bin: string | null;
  /** JSON on stdout instead of a table. */
  readonly json: boolean;
}

export const help = `Usage: npm run bench:startup -- [options]

Measures how long a mayor's start waits for its agent server (the phase sdk_ready), with a real agent program, a real container host
in a process of its own and a scripted model:
  cold       a container that has just begun elsewhere, without files; the server is started when it is asked for
  warm       a container that was stopped and has begun again on its own files, with the mayor's server got ready at boot
  prewarmed  a container elsewhere, without files: the mayor's session restored and its server got ready at boot
and how long the starts of many polecats at once take, in one container, with the memory of each (Linux).

Options:
  --rounds N         starts of each kind (default 20)
  --agents N         polecats at once (default 30; 0 leaves this out)
  --rigs N           the rigs they work in (default 5)
  --program NAME     opencode (default) or kilo
  --bin PATH         the agent program's path; kilo needs it (or GASTOWN_KILO_BIN)
  --json             JSON on stdout, progress on stderr
  --help             this text
`;

/** What the arguments say; null when help is asked for. Throws UsageError. */
export function readOptions(args: readonly string[], kiloBin: string | undefined): StartupOptions | null {
  const values = parseOptions(args, {
    rounds: { type: "string" },
    agents: { type: "string" },
    rigs: { type: "string" },
    program: { type: "string" },
    bin: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help === true) return null;
  const program = programOf(values.program ?? "opencode");
  const bin = binOf(program, values.bin, kiloBin);
  return {
    rounds: wholeNumber("rounds", values.rounds ?? "20", { least: 1, most: 200 }),
    agents: wholeNumber("agents", values.agents ?? "30", { least: 0, most: 200 }),
    rigs: wholeNumber("rigs", values.rigs ?? "5", { least: 1, most: 50 }),
    program,
    bin,
    json: values.json ?? false,
  };
}

function binOf(program: StartupOptions["program"], given: string | undefined, kiloBin: string | undefined) {
  if (program === "opencode") return given ?? null;
  const bin = given ?? kiloBin;
  if (bin === undefined)
    throw new UsageError("kilo is not installed with us: give its path with --bin or GASTOWN_KILO_BIN");
  return bin;
}

function programOf(text: string): StartupOptions["program"] {
  if (text === "opencode" || text === "kilo") return text;
  throw new UsageError(`--program is opencode or kilo, not "${text}"`);
}
