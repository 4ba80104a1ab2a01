import { answered, type Schema } from "@gastown/client";
import { Option, type Command } from "commander";
import { listUpTo } from "../list.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { oneLine, plainText, type Table } from "../table.ts";

type Hook = Schema<"HookDelivery">;
type Provider = Hook["provider"];

interface Which {
  provider: Provider;
}

/** A new one for each command: an option belongs to one. */
function providerOption(fallback?: Provider): Option {
  const option = new Option("--provider <forge>", "the forge that sent it").choices(["github", "gitlab"]);
  return fallback === undefined ? option : option.default(fallback);
}

function hookTable(hooks: Hook[]): Table {
  const rows = hooks.map(({ seq, at, provider, event, action, delivery, status, tries, reason }) => [
    String(seq),
    at,
    provider,
    action === null ? event : `${event}.${action}`,
    delivery,
    status ?? "-",
    String(tries),
    reason ?? "",
  ]);
  return { columns: ["seq", "at", "forge", "event", "delivery", "status", "tries", "reason"], rows };
}

const kept: Readonly<Record<Hook["encoding"], string>> = {
  identity: "",
  gzip: ", stored packed",
  reduced: ", too large: only what is read of it was kept",
};

function hookText(hook: Schema<"HookDetail">): string {
  const { provider, event, action, delivery, status, reason, tries, seq, receivedAt, bytes, encoding, replay, body } =
    hook;
  return [
    `${delivery}  ${provider} ${action === null ? event : `${event}.${action}`}`,
    `received  ${receivedAt}${replay ? ", replayed since" : ""}`,
    `status    ${status ?? "not known now"} after ${tries} tries${reason === null ? "" : `: ${oneLine(reason)}`}`,
    `stored    HOOK ${seq}, ${bytes} bytes${kept[encoding]}`,
    "",
    plainText(pretty(body)),
  ].join("\n");
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

interface ListFlags {
  limit: number;
  provider?: Provider;
  event?: string;
}

/** `hook`. */
export function addHookCommands(program: Command, { context }: Joining): void {
  const hook = program.command("hook").description("webhooks of forges, as they came: list, show, replay");
  hook
    .command("ls")
    .description("list webhooks, newest first, with what became of them")
    .option("--limit <n>", "how many at most", wholeNumber(1), 50)
    .addOption(providerOption())
    .option("--event <name>", "only of this event, such as pull_request")
    .addHelpText("after", "\nExamples:\n  gastown hook ls\n  gastown hook ls --event pull_request --limit 10")
    .action(async ({ limit, provider, event }: ListFlags) => {
      const cli = context();
      const filter = { ...(provider !== undefined && { provider }), ...(event !== undefined && { event }) };
      const answer = await listUpTo(limit, ({ limit: most, after }) =>
        answered(
          cli.http.GET("/v1/hooks", {
            params: { query: { ...filter, limit: most, ...(after !== undefined && { after: Number(after) }) } },
          }),
        ),
      );
      cli.out.show(answer, hookTable(answer.data.items));
    });
  hook
    .command("show <delivery>")
    .description("one of them, with its body")
    .addOption(providerOption("github"))
    .addHelpText("after", "\nExample:\n  gastown hook show 72d3162e-cc78-11e3-81ab-4c9367dc0958")
    .action(async (delivery: string, { provider }: Which) => {
      const cli = context();
      const path = { provider, delivery };
      const answer = await answered(cli.http.GET("/v1/hooks/{provider}/{delivery}", { params: { path } }));
      cli.out.show(answer, hookText(answer.data));
    });
  hook
    .command("replay <delivery>")
    .description("handle it again, also when it was handled: what it is about is read again")
    .addOption(providerOption("github"))
    .addHelpText("after", "\nExample:\n  gastown hook replay 72d3162e-cc78-11e3-81ab-4c9367dc0958")
    .action(async (delivery: string, { provider }: Which) => {
      const cli = context();
      const path = { provider, delivery };
      const answer = await answered(cli.http.POST("/v1/hooks/{provider}/{delivery}/replay", { params: { path } }));
      const { event, seq } = answer.data;
      cli.out.show(answer, { columns: ["delivery", "event", "seq"], rows: [[delivery, event, String(seq)]] });
    });
}
