import { answered, type Schema } from "@gastown/client";
import { CliError, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { listUpTo } from "../list.ts";
import type { Table } from "../table.ts";

type Terminal = Schema<"Terminal">;

/** A town has 16 at most. */
const most = 200;
const wholeId = /^[0-9a-f]{32}$/;

/** Enough of an id to name a terminal by, for people. */
export function shortId(session: string): string {
  return session.slice(0, 8);
}

/** The open terminals of an agent, or of the whole town when it is null. */
export async function readTerminals(cli: CliContext, agent: string | null) {
  const town = await cli.town();
  return listUpTo(most, (query) =>
    answered(
      agent === null
        ? cli.http.GET("/v1/towns/{town}/terminals", { params: { path: { town }, query } })
        : cli.http.GET("/v1/towns/{town}/agents/{agent}/terminals", { params: { path: { town, agent }, query } }),
    ),
  );
}

/** As people read it. */
export function terminalTable(terminals: readonly Terminal[]): Table {
  const rows = terminals.map((one) => [
    one.session,
    one.agent,
    one.program,
    one.openedBy,
    one.openedAt,
    String(one.writers),
    String(one.watchers),
    `${one.size.cols}x${one.size.rows}`,
    one.lastOutputAt ?? "-",
    one.lastTypedAt ?? "-",
  ]);
  return {
    columns: ["session", "agent", "program", "by", "opened", "writers", "watchers", "size", "output", "typed"],
    rows,
  };
}

/** The open terminal whose id begins so. Throws CliError when there is none, or more than one. Pure. */
export function sessionOf(terminals: readonly Terminal[], named: string): string {
  const [found, ...more] = terminals.filter(({ session }) => session.startsWith(named));
  if (found !== undefined && more.length === 0) return found.session;
  throw new CliError(found === undefined ? `No terminal ${named} is open.` : `Several terminals begin with ${named}.`, {
    code: "terminal_not_found",
    exit: exitCodes.notFound,
    advice: "gastown attach --list shows which are open.",
  });
}

/** The id of a terminal that was named by it, or by how it begins. */
export async function sessionNamed(cli: CliContext, agent: string, named: string): Promise<string> {
  if (wholeId.test(named)) return named;
  return sessionOf((await readTerminals(cli, agent)).data.items, named);
}
