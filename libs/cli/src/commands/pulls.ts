import { answered, settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { listUpTo } from "../list.ts";
import { collect, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { oneLine, plainText, type Table } from "../table.ts";
import { rigNamed } from "./rigs.ts";

type Pull = Schema<"Pull">;

export function pullTable(pulls: Pull[]): Table {
  const rows = pulls.map(({ rig, number, state, bead, head, headCommit, title }) => [
    `${rig}/${number}`,
    state,
    bead ?? "-",
    head,
    headCommit.slice(0, 12),
    title,
  ]);
  return { columns: ["pull", "state", "bead", "branch", "head", "title"], rows };
}

function pullText(pull: Pull): string {
  return [
    `${pull.rig}/${pull.number}  ${oneLine(pull.title)}`,
    `state     ${pull.state}${pull.draft ? " (draft)" : ""} since ${pull.since}`,
    `waits for ${pull.explanation.nextActor}: ${oneLine(pull.explanation.says)}`,
    ...pull.causes.map(({ state, message }) => `  ${state}: ${oneLine(message)}`),
    `merges    ${pull.head} into ${pull.base}, head ${pull.headCommit}`,
    `bead      ${pull.bead ?? "none: nobody in the town follows it (gastown pr adopt)"}`,
    `approvals ${pull.requiredApprovals} required`,
    ...pull.reviews.map(
      ({ reviewer, verdict, commit, body }) =>
        `review    ${verdict} by ${reviewer} on ${commit.slice(0, 12)}${body === "" ? "" : `: ${oneLine(body)}`}`,
    ),
    ...pull.checks.map(({ name, state, commit }) => `check     ${name} ${state} on ${commit.slice(0, 12)}`),
    ...(pull.mergeCommit === null ? [] : [`merged as ${pull.mergeCommit}`]),
    `at        ${pull.url}`,
    ...(pull.body === "" ? [] : ["", plainText(pull.body)]),
  ].join("\n");
}

const actors: Readonly<Record<Pull["explanation"]["nextActor"], string>> = {
  agent: "an agent: it is sent back to be worked on",
  person: "a person",
  forge: "its forge",
  us: "Gastown, which does it by itself",
  nobody: "nobody",
};

function explanationText({ rig, number, state, explanation, causes }: Pull): string {
  const { says, nextActor, since, nextLookAt } = explanation;
  const others = causes.slice(1).map((cause) => `  ${cause.state}: ${oneLine(cause.message)}`);
  return [
    `${rig}/${number} is ${state} since ${since}: ${oneLine(says)}`,
    `next      ${actors[nextActor]}`,
    ...(nextLookAt === null ? [] : [`looked at again by ${nextLookAt}, or when its forge tells of it`]),
    ...(others.length === 0 ? [] : ["besides:", ...others]),
  ].join("\n");
}

/** `7`, `site/7` or `site#7`. */
export async function pullPath(cli: CliContext, named: string, rig: string | undefined) {
  const [, before, number] = /^(?:([a-z0-9-]+)[/#])?(\d+)$/.exec(named) ?? [];
  if (number === undefined)
    throw new CliError(`"${named}" is not a pull request.`, { advice: "It looks like 7, or site/7." });
  return { town: await cli.town(), rig: await rigNamed(cli, before ?? rig), number: Number(number) };
}

interface ReviewFlags {
  rig?: string;
  body?: string;
  expectedHead?: string;
}

async function review(
  cli: CliContext,
  named: string,
  { verdict, flags }: { verdict: "approve" | "request_changes"; flags: ReviewFlags },
): Promise<void> {
  const path = await pullPath(cli, named, flags.rig);
  const body = {
    verdict,
    body: flags.body ?? "",
    ...(flags.expectedHead !== undefined && { expectedHead: flags.expectedHead }),
  };
  const answer = await settled(
    cli.http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/review", { params: { path, header: cli.write() }, body }),
  );
  cli.out.show(answer, pullTable([answer.data]));
}

/** The group `pr`, for others to join. */
export function addPullCommands(program: Command, { context }: Joining): Command {
  const pr = program.command("pr").description("pull requests: list, show, review, open, adopt, merge");
  pr.command("ls")
    .description("list pull requests, newest first")
    .option("--rig <rig>", "only this rig's")
    .option(
      "--state <state>",
      "only these: ready, checks_failing, awaiting_approval, merged, ...; can be repeated",
      collect,
    )
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExamples:\n  gastown pr ls\n  gastown pr ls --state awaiting_approval")
    .action(async ({ limit, ...filters }: { limit: number; rig?: string; state?: Pull["state"][] }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const answer = await listUpTo(limit, (page) =>
        answered(cli.http.GET("/v1/towns/{town}/pulls", { params: { path, query: { ...filters, ...page } } })),
      );
      cli.out.show(answer, pullTable(answer.data.items));
    });
  pr.command("show <pull>")
    .description("one pull request: why it can be merged, or why not")
    .option("--rig <rig>", "the rig, when there are several")
    .addHelpText("after", "\nExamples:\n  gastown pr show 7\n  gastown pr show site/7")
    .action(async (named: string, { rig }: { rig?: string }) => {
      const cli = context();
      const path = await pullPath(cli, named, rig);
      const answer = await answered(cli.http.GET("/v1/towns/{town}/rigs/{rig}/pulls/{number}", { params: { path } }));
      cli.out.show(answer, pullText(answer.data));
    });
  pr.command("explain <pull>")
    .description("why a pull request is where it is, who acts next, and since when")
    .option("--rig <rig>", "the rig, when there are several")
    .addHelpText("after", "\nExample:\n  gastown pr explain site/7")
    .action(async (named: string, { rig }: { rig?: string }) => {
      const cli = context();
      const path = await pullPath(cli, named, rig);
      const answer = await answered(cli.http.GET("/v1/towns/{town}/rigs/{rig}/pulls/{number}", { params: { path } }));
      cli.out.show(answer, explanationText(answer.data));
    });
  pr.command("approve <pull>")
    .description("approve a pull request's head")
    .option("--rig <rig>", "the rig, when there are several")
    .option("-b, --body <text>", "what you have to say")
    .option("--expected-head <commit>", "refuse when the head is another by now")
    .addHelpText("after", "\nExample:\n  gastown pr approve site/7 -b 'Looks good.'")
    .action((named: string, flags: ReviewFlags) => review(context(), named, { verdict: "approve", flags }));
  pr.command("request-changes <pull>")
    .description("send a pull request back to its author")
    .option("--rig <rig>", "the rig, when there are several")
    .requiredOption("-b, --body <text>", "what must change")
    .option("--expected-head <commit>", "refuse when the head is another by now")
    .addHelpText("after", "\nExample:\n  gastown pr request-changes site/7 -b 'Please keep the old name.'")
    .action((named: string, flags: ReviewFlags) => review(context(), named, { verdict: "request_changes", flags }));
  return pr;
}
