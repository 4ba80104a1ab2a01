import { answered, settled, type Schema } from "@gastown/client";
import { Option, type Command } from "commander";
import { listUpTo } from "../list.ts";
import { collect, duration, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import type { Table } from "../table.ts";
import { agentNamed } from "./agents.ts";

type Nudge = Schema<"Nudge">;

function nudgeTable(nudges: Nudge[]): Table {
  const rows = nudges.map(({ nudge, agent, state, mode, deliveredAt, source, reason, message }) => [
    nudge,
    agent,
    state,
    mode,
    deliveredAt ?? "-",
    source,
    reason === null ? message : `${message} (${reason})`,
  ]);
  return { columns: ["nudge", "agent", "state", "mode", "delivered", "from", "message"], rows };
}

interface SendFlags {
  mode: Nudge["mode"];
  ttl?: number;
  urgent?: boolean;
}

/** `nudge` and `nudges`. */
export function addNudgeCommands(program: Command, { context }: Joining): void {
  program
    .command("nudge <agent> <message>")
    .description("say something to an agent, once")
    .addOption(
      new Option("--mode <mode>", "at once, when its turn ends, or when it next works")
        .choices(["immediate", "wait-idle", "queue"])
        .default("wait-idle"),
    )
    .option("--ttl <duration>", "how long it is worth saying: 90s, 30m, 4h; the town's policy by default", duration)
    .option("--urgent", "before what else waits to be said")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown nudge toast 'The test you look for is in add.test.js.'\n  gastown nudge gt-7 'Stop and hand in what you have.' --mode immediate --ttl 10m",
    )
    .action(async (named: string, message: string, { mode, ttl, urgent }: SendFlags) => {
      const cli = context();
      const path = { town: await cli.town() };
      const body = {
        agent: await agentNamed(cli, named),
        message,
        mode,
        priority: urgent ? ("urgent" as const) : ("normal" as const),
        ...(ttl !== undefined && { ttlMs: ttl }),
      };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/nudges", { params: { path, header: cli.write() }, body }),
      );
      cli.out.show(answer, nudgeTable([answer.data]));
    });
  program
    .command("nudges")
    .description("what was or is to be said to agents, newest first, with when they were given it")
    .option("--agent <agent>", "only this agent's")
    .option("--state <state>", "only these: pending, delivered, expired, failed; can be repeated", collect)
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExamples:\n  gastown nudges --state pending\n  gastown nudges --agent toast")
    .action(async (flags: { agent?: string; state?: Nudge["state"][]; limit: number }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const filter = {
        ...(flags.agent !== undefined && { agent: await agentNamed(cli, flags.agent) }),
        ...(flags.state !== undefined && { state: flags.state }),
      };
      const answer = await listUpTo(flags.limit, (page) =>
        answered(cli.http.GET("/v1/towns/{town}/nudges", { params: { path, query: { ...filter, ...page } } })),
      );
      cli.out.show(answer, nudgeTable(answer.data.items));
    });
}
