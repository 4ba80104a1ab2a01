import { settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { envOf, type EnvFlags } from "../env-values.ts";
import { mergeOf } from "../merge-values.ts";
import { collect, collectPair, collectWhole, wholeNumber } from "../parse.ts";
import { policyOf } from "../policy-values.ts";
import type { Joining } from "../program.ts";
import { readText } from "../read-text.ts";
import { rigTable } from "./rigs.ts";
import { townText } from "./towns.ts";

const roles = ["mayor", "refinery", "polecat"] as const;
type Role = (typeof roles)[number];

interface SettingsFlags extends EnvFlags {
  model?: string[];
  instructions?: string[];
  policy?: Record<string, string>;
}

/** `role=value`; a value alone has no role. */
function roleOf(text: string): { role: Role | null; value: string } {
  const role = roles.find((one) => text.startsWith(`${one}=`));
  return role === undefined ? { role: null, value: text } : { role, value: text.slice(role.length + 1) };
}

/** `none` gives the model back to whoever is next: the town, or the installation. */
function modelsOf(given: string[] = []): { model?: string | null; models?: Partial<Record<Role, string | null>> } {
  const read = given.map(roleOf).map(({ role, value }) => ({ role, value: value === "none" ? null : value }));
  const [all] = read.filter(({ role }) => role === null).toReversed();
  const models = Object.fromEntries(read.flatMap(({ role, value }) => (role === null ? [] : [[role, value]])));
  return { ...(all !== undefined && { model: all.value }), ...(Object.keys(models).length > 0 && { models }) };
}

async function instructionsOf(given: string[] = []): Promise<Partial<Record<Role, string>> | undefined> {
  const said: Partial<Record<Role, string>> = {};
  for (const text of given) {
    const { role, value } = roleOf(text);
    if (role === null)
      throw new CliError(`Instructions are for a role: ${roles.join(", ")}.`, {
        advice: "It looks like --instructions polecat='Write tests first.' or polecat=@notes.md.",
      });
    said[role] = value.startsWith("@") ? await readText(value.slice(1)) : value;
  }
  return given.length === 0 ? undefined : said;
}

/** What towns and rigs both set. */
async function changesOf(flags: SettingsFlags) {
  const [instructions, env] = [await instructionsOf(flags.instructions), await envOf(flags)];
  return {
    ...modelsOf(flags.model),
    ...(instructions !== undefined && { instructions }),
    ...(env !== undefined && { env }),
  };
}

function demandSome(body: object): void {
  if (Object.keys(body).length > 0) return;
  throw new CliError("Nothing to set was named.", { advice: "Add --help to see what can be set." });
}

function withSettings(command: Command): Command {
  return command
    .option("--model <model>", "the model of agents, or role=model; none gives it back; can be repeated", collectWhole)
    .option("--policy <name=value>", "one field of the policy (gastown policy); can be repeated", collectPair)
    .option("--instructions <role=text>", "what each role is told besides; role=@file reads a file", collectWhole)
    .option(
      "--env <NAME=value>",
      "a variable of agents; other users of this machine see it, --env-file is better",
      collectPair,
    )
    .option("--env-file <file>", "variables as NAME=value lines; - reads standard input")
    .option("--unset-env <NAME>", "remove a variable; can be repeated", collect);
}

function addTownSet(town: Command, { context }: Joining): void {
  withSettings(town.command("set [id]"))
    .description("change a town's name, models, instructions, variables or policy")
    .option("--name <name>", "what people call it")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown town set --policy autoMerge=false --policy budgetTownTokens=5000000\n  gastown town set acme --model anthropic/claude-sonnet-5 --model refinery=anthropic/claude-opus-5\n  gastown town set --env-file secrets.env",
    )
    .action(async (id: string | undefined, flags: SettingsFlags & { name?: string }) => {
      const cli = context();
      const { name, policy } = flags;
      const body = {
        ...(await changesOf(flags)),
        ...(name !== undefined && { name }),
        ...(policy !== undefined && { policy: policyOf(policy) }),
      };
      demandSome(body);
      const path = { town: id ?? (await cli.town()) };
      const answer = await settled(cli.http.PATCH("/v1/towns/{town}", { params: { path, header: cli.write() }, body }));
      cli.out.show(answer, townText(answer.data));
    });
}

interface RigSetFlags extends SettingsFlags {
  check?: string;
  approvals?: number;
  resetPolicy?: boolean;
  merge?: Record<string, string>;
  resetMerge?: boolean;
}

/** Null drops all that the rig sets. */
function rigMergeOf({ merge, resetMerge }: RigSetFlags) {
  if (resetMerge && merge !== undefined) throw new CliError("--merge and --reset-merge exclude each other.");
  if (resetMerge) return { merge: null };
  return merge === undefined ? {} : { merge: mergeOf(merge) };
}

function rigPolicyOf({ policy, resetPolicy }: RigSetFlags): { policy?: Schema<"PolicyOverride"> | null } {
  if (resetPolicy && policy !== undefined) throw new CliError("--policy and --reset-policy exclude each other.");
  if (resetPolicy) return { policy: null };
  return policy === undefined ? {} : { policy: policyOf(policy, "rig") };
}

function addRigSet(rig: Command, { context }: Joining): void {
  withSettings(rig.command("set <name>"))
    .description("change what a rig sets for itself; it goes before what its town sets")
    .option("--check <command>", "the shell command that must succeed before a merge; none: no check")
    .option("--approvals <n>", "how many people must approve a pull request", wholeNumber(0))
    .option("--reset-policy", "leave all of the policy to the town")
    .option(
      "--merge <name=value>",
      "how its pull requests are merged, such as method=squash; can be repeated",
      collectPair,
    )
    .option("--reset-merge", "merge as suits its forge")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown rig set site --check 'npm test' --policy maxPolecatsPerRig=1\n  gastown rig set site --env-file secrets.env",
    )
    .action(async (name: string, flags: RigSetFlags) => {
      const cli = context();
      const { check, approvals } = flags;
      const body = {
        ...(await changesOf(flags)),
        ...rigPolicyOf(flags),
        ...rigMergeOf(flags),
        ...(check !== undefined && { check: check === "none" ? null : check }),
        ...(approvals !== undefined && { requiredApprovals: approvals }),
      };
      demandSome(body);
      const path = { town: await cli.town(), rig: name };
      const answer = await settled(
        cli.http.PATCH("/v1/towns/{town}/rigs/{rig}", { params: { path, header: cli.write() }, body }),
      );
      cli.out.show(answer, rigTable([answer.data]));
    });
}

/** `town set` and `rig set`. */
export function addSettings(groups: { town: Command; rig: Command }, joining: Joining): void {
  addTownSet(groups.town, joining);
  addRigSet(groups.rig, joining);
}
