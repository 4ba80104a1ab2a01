import { ApiError, NotSettledError, UnreachableError } from "@gastown/client";
import { CommanderError } from "commander";
import { adviceOf } from "./advice-of.ts";

/** What the process ends with (peers §6.2). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notFound: 3, conflict: 4, budget: 5 } as const;
type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface FieldError {
  field: string;
  reason: string;
}

/** A failure that is told to the person, with what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: string;
  readonly exit: ExitCode;
  readonly advice: string | undefined;
  readonly fields: FieldError[] | undefined;

  constructor(
    message: string,
    {
      code = "usage",
      exit = exitCodes.usage,
      advice,
      fields,
    }: { code?: string; exit?: ExitCode; advice?: string; fields?: FieldError[] | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.exit = exit;
    this.advice = advice;
    this.fields = fields;
  }
}

/** Codes of refusals because of money or a breaker; they end with 5 whatever their status. */
const budgetCodes: ReadonlySet<string> = new Set(["budget_exceeded", "breaker_open"]);
const exitByStatus: Record<number, ExitCode> = {
  400: exitCodes.usage,
  404: exitCodes.notFound,
  409: exitCodes.conflict,
};

function ofApi({ status, problem }: ApiError): CliError {
  const exit = budgetCodes.has(problem.code) ? exitCodes.budget : (exitByStatus[status] ?? exitCodes.failed);
  const undecided = problem.code === "verdict_timeout" && problem.command !== undefined;
  const command = undecided ? ` (verdict at ${problem.command})` : "";
  return new CliError(problem.detail + command, {
    code: problem.code,
    exit,
    advice: adviceOf(problem),
    fields: problem.errors,
  });
}

/** What is wrong with the command line; null when help or the version was asked for and told. */
function ofCommander({ code, exitCode, message: told }: CommanderError): CliError | null {
  if (exitCode === 0) return null;
  if (code === "commander.help") return usage("Name a command.");
  const message = told.replace(/^error: /, "");
  return code === "commander.unknownCommand"
    ? new CliError(message, { advice: "gastown --help lists the commands." })
    : usage(message);
}

/** Any error as one that can be told; null for the end of `--help` and `--version`, which is none. */
export function cliErrorOf(error: unknown): CliError | null {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) return ofCommander(error);
  if (error instanceof ApiError) return ofApi(error);
  if (error instanceof UnreachableError)
    return new CliError(error.message, {
      code: "unreachable",
      exit: exitCodes.failed,
      advice: "Start the server (`gastown up`), or name another with --url or GASTOWN_URL.",
    });
  if (error instanceof NotSettledError)
    return new CliError(error.message, {
      code: "not_settled",
      exit: exitCodes.failed,
      advice: "Look again in a moment.",
    });
  return new CliError(error instanceof Error ? error.message : String(error), {
    code: "internal",
    exit: exitCodes.failed,
  });
}

function usage(message: string): CliError {
  return new CliError(message, { advice: "Add --help to any command to see how it is used." });
}
