import { answered } from "@gastown/client";
import type { Command } from "commander";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { CliError, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { Joining } from "../program.ts";

const embedded = fileURLToPath(new URL("../../../../deploy/embedded/src/main.ts", import.meta.url));
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version?: string;
};
const cliVersion = manifest.version ?? "0.0.0";

/** Commands whose arguments are not looked at here: the server of this checkout does. */
export function isEmbedded(verb: string | undefined): verb is "up" | "demo" {
  return verb === "up" || verb === "demo";
}

/** Runs the server of this checkout in the foreground; answers its exit code. */
export async function runEmbedded(verb: "up" | "demo", args: string[]): Promise<number> {
  if (!existsSync(embedded))
    throw new CliError("This installation has no server of its own.", {
      code: "no_server",
      exit: exitCodes.failed,
      advice: "Run it from a checkout, or use docker compose.",
    });
  const child = spawn(process.execPath, [embedded, verb, ...args], { stdio: "inherit" });
  const forward = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to both; a second one would end the server at once.
    if (signal === "SIGTERM" || !process.stdin.isTTY) child.kill(signal);
  };
  process.on("SIGINT", forward).on("SIGTERM", forward);
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    process.off("SIGINT", forward).off("SIGTERM", forward);
  }
}

async function showVersion(cli: CliContext): Promise<void> {
  const gateway = await gatewayVersion(cli);
  const text = `gastown ${cliVersion}${gateway === null ? "" : `, gateway ${gateway}`} (Node ${process.version})`;
  cli.out.show({ seq: null, data: { cli: cliVersion, gateway, node: process.version } }, text);
}

/** Null when no gateway can be asked: the CLI's own version is known anyway. */
async function gatewayVersion(cli: CliContext): Promise<string | null> {
  try {
    const { data } = await answered(cli.http.GET("/v1/health", {}));
    return data.version;
  } catch (error) {
    cli.out.detail(`the gateway's version is not known: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

export function addLocalCommands(program: Command, { context, exitWith }: Joining): void {
  for (const [verb, description, example] of [
    ["up", "run the whole server here, until Ctrl-C", "gastown up --help          what it can be given"],
    [
      "demo",
      "run the server with a sample repository and two pieces of work",
      "gastown demo --exit        stop when they are merged",
    ],
  ] as const)
    program
      .command(`${verb} [args...]`)
      .description(description)
      .allowUnknownOption()
      .helpOption(false)
      .addHelpText("after", `\nExamples:\n  gastown ${verb}\n  ${example}`)
      .action(async (args: string[]) => exitWith(await runEmbedded(verb, args)));
  program
    .command("version")
    .description("the versions of this program and of the gateway")
    .addHelpText("after", "\nExamples:\n  gastown version\n  gastown version --json")
    .action(() => showVersion(context()));
}
