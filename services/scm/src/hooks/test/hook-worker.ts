// Handles webhooks until it is killed, and notes each effect in the table `effects` in the same transaction. It kills itself with -9 once it
// has handled `DIE_AFTER` deliveries: in the transaction, or when that is committed and not acknowledged.
import { connectBus, consumeHooks } from "@gastown/bus";
import { connectDatabase } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { createGithubSource } from "../github-source.ts";
import { createHookHandler } from "../handle-hooks.ts";
import { secret, silent as logger } from "./hook-secret.ts";

const [, , natsUrl = "", databaseUrl = "", dieAfter = "", when = ""] = process.argv;
const db = await connectDatabase({ url: databaseUrl, schema: "scm", name: "worker", logger });
const bus = await connectBus({ servers: natsUrl, name: "worker", inboxPrefix: "_INBOX_worker", logger });
let handled = 0;

function dieIf(now: string): void {
  if (now === when && handled >= Number(dieAfter)) process.kill(process.pid, "SIGKILL");
}

const handle = createHookHandler({
  db,
  sources: [createGithubSource({ secrets: [secret], ownApp: null })],
  effects: {
    async applySignals(tx, signals) {
      for (const { sha } of signals) await tx.execute(sql`insert into effects (sha) values (${sha})`);
      handled += signals.length;
      dieIf("in the transaction");
    },
    applyAccess: () => Promise.resolve(),
  },
  logger,
});
consumeHooks(bus, {
  service: "scm",
  handle: async (hooks) => {
    const outcomes = await handle(hooks);
    dieIf("after the commit");
    return outcomes;
  },
  logger,
  signal: new AbortController().signal,
});
