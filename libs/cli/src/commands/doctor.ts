import { answered, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { cliErrorOf, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { Joining } from "../program.ts";

interface Check {
  name: string;
  ok: boolean;
  detail: string;
  advice?: string | undefined;
}

/** A check that fails with the error's own words. */
async function check(name: string, look: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    const told = cliErrorOf(error);
    return { name, ok: false, detail: told?.message ?? "unknown", advice: told?.advice };
  }
}

const services: ReadonlySet<string> = new Set(["town", "dispatcher", "scm"]);

function dependencyChecks(health: Schema<"Health">): Check[] {
  return Object.entries(health.dependencies).map(([name, { state, reason, detail }]) => ({
    name,
    ok: state === "connected",
    detail: [state, reason, detail].filter((part) => part !== undefined).join(": "),
    advice:
      state === "connected"
        ? undefined
        : services.has(name)
          ? `Start the ${name} service, and read its log.`
          : `Check that ${name} runs where the gateway's configuration says.`,
  }));
}

async function diagnose(cli: CliContext): Promise<Check[]> {
  const checks: Check[] = [{ name: "node", ok: true, detail: process.version }];
  const settings = await check("configuration", () => `${cli.settings.url} (from ${cli.settings.source})`);
  checks.push(settings);
  if (!settings.ok) return checks;
  let health: Schema<"Health"> | undefined;
  checks.push(
    await check("gateway", async () => {
      ({ data: health } = await answered(cli.http.GET("/v1/health", {})));
      return `version ${health.version}`;
    }),
  );
  if (health === undefined) return checks;
  checks.push(...dependencyChecks(health));
  checks.push(await check("default town", async () => cli.town()));
  return checks;
}

function checkText({ name, ok, detail, advice }: Check): string {
  return `${ok ? "ok  " : "FAIL"}  ${name.padEnd(14)} ${detail}${advice === undefined ? "" : `\n      ${"".padEnd(14)} ${advice}`}`;
}

export function addDoctor(program: Command, { context, exitWith }: Joining): void {
  program
    .command("doctor")
    .description("what is connected, what is not, and what to do about it")
    .addHelpText("after", "\nExamples:\n  gastown doctor\n  gastown doctor --json")
    .action(async () => {
      const cli = context();
      const checks = await diagnose(cli);
      const ok = checks.every((one) => one.ok);
      cli.out.show({ seq: null, data: { ok, checks } }, checks.map(checkText).join("\n"));
      if (!ok) exitWith(exitCodes.failed);
    });
}
