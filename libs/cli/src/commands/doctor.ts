import { answered, ApiError, createClient, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError, cliErrorOf, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { crashCheck } from "../crash-check.ts";
import { agentChecks, dependencyChecks, queueCheck, type Check } from "../doctor-checks.ts";
import type { Joining } from "../program.ts";
import { readEvents } from "../read-events.ts";

/** Agent programs are started for the look, one after the other. */
const lookMs = 200_000;
const forbidden = 403;
const townless: ReadonlySet<string> = new Set(["no_town", "which_town"]);

/** A check that fails with the error's own words. */
async function check(name: string, look: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    const told = cliErrorOf(error);
    return { name, ok: false, detail: told?.message ?? "unknown", advice: told?.advice };
  }
}

/** Several checks out of one answer; a token of one town is not told of the installation, which is no fault. */
async function checks(name: string, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ApiError && error.status === forbidden)
      return [{ name, ok: true, detail: "not looked at: it takes a token for the whole installation" }];
    const told = cliErrorOf(error);
    return [{ name, ok: false, detail: told?.message ?? "unknown", advice: told?.advice }];
  }
}

/** Having none, or several and no favourite, is no fault. */
async function townCheck(cli: CliContext): Promise<Check> {
  const name = "default town";
  return check(name, async () => {
    try {
      return await cli.town();
    } catch (error) {
      if (error instanceof CliError && townless.has(error.code)) return `none: ${error.message}`;
      throw error;
    }
  });
}

/** What the dispatcher finds by looking. */
async function dispatcherChecks(cli: CliContext): Promise<Check[]> {
  const { http } = createClient({ ...cli.settings, timeoutMs: lookMs });
  cli.out.detail("agent programs are started for a look, which takes some seconds");
  const [agents, queue] = await Promise.all([
    checks("agents", async () => agentChecks((await answered(http.GET("/v1/runtime", {}))).data)),
    checks("queue", async () => [queueCheck((await answered(http.GET("/v1/queue", {}))).data)]),
  ]);
  return [...agents, ...queue];
}

/** Crashes of services, as the log has them. */
async function crashChecks(cli: CliContext): Promise<Check[]> {
  return checks("crashes", async () => {
    const events: Schema<"LoggedEvent">[] = [];
    for await (const one of readEvents(cli, { town: null, from: 0 })) events.push(one);
    return [crashCheck(events, Date.now())];
  });
}

async function diagnose(cli: CliContext): Promise<Check[]> {
  const found: Check[] = [{ name: "node", ok: true, detail: process.version }];
  const settings = await check("configuration", () => `${cli.settings.url} (from ${cli.settings.source})`);
  found.push(settings);
  if (!settings.ok) return found;
  let health: Schema<"Health"> | undefined;
  found.push(
    await check("gateway", async () => {
      ({ data: health } = await answered(cli.http.GET("/v1/health", {})));
      return `version ${health.version}`;
    }),
  );
  if (health === undefined) return found;
  found.push(...dependencyChecks(health));
  found.push(...(await crashChecks(cli)), await townCheck(cli));
  if (health.dependencies["dispatcher"]?.state === "connected") found.push(...(await dispatcherChecks(cli)));
  return found;
}

/** A line for each check, and one for what to do. */
function checksText(found: readonly Check[]): string {
  const width = Math.max(...found.map(({ name }) => name.length));
  return found
    .flatMap(({ name, ok, detail, advice }) => {
      const line = `${ok ? "ok  " : "FAIL"}  ${name.padEnd(width)}  ${detail}`;
      return advice === undefined ? [line] : [line, `      ${"".padEnd(width)}  ${advice}`];
    })
    .join("\n");
}

export function addDoctor(program: Command, { context, exitWith }: Joining): void {
  program
    .command("doctor")
    .description("what is connected and usable, what is not, what runs that nobody wants, and what to do about it")
    .addHelpText("after", "\nExamples:\n  gastown doctor\n  gastown doctor --json")
    .action(async () => {
      const cli = context();
      const found = await diagnose(cli);
      const ok = found.every((one) => one.ok);
      cli.out.show({ seq: null, data: { ok, checks: found } }, checksText(found));
      if (!ok) exitWith(exitCodes.failed);
    });
}
