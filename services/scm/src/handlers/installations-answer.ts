import { answer, QueryError, type Bus } from "@gastown/bus";
import {
  listInstallationRepositories,
  listInstallations,
  verifyInstallation,
  type DataOf,
  type ReplyOf,
} from "@gastown/contracts";
import { readTownSeq, snapshot, type Tx } from "@gastown/db";
import { readInstallation, readInstallations, readReach } from "../store/installation-reads.ts";
import type { InstallationsContext } from "./installations-context.ts";
import { verifyForPerson } from "./installations-verify.ts";

/** Answers all queries about installations until the signal aborts. */
export function answerInstallations(bus: Bus, context: InstallationsContext, signal: AbortSignal): void {
  const options = { logger: context.logger, signal };
  const asOf = <Reply>(town: string, read: (tx: Tx) => Promise<Reply>) =>
    snapshot(context.db, async (tx) => ({ data: await read(tx), seq: await readTownSeq(tx, town) }));
  answer(
    bus,
    verifyInstallation,
    async (town, data, meta) => ({ seq: null, data: await verifyForPerson(context, { ...data, town }, meta) }),
    options,
  );
  answer(bus, listInstallations, (town, page) => asOf(town, (tx) => readPage(tx, { ...page, town })), options);
  answer(
    bus,
    listInstallationRepositories,
    (town, data) => asOf(town, (tx) => readReachPage(tx, { ...data, town })),
    options,
  );
}

async function readPage(
  tx: Tx,
  asked: DataOf<typeof listInstallations> & { town: string },
): Promise<ReplyOf<typeof listInstallations>> {
  // One more than is shown tells whether there is a next page.
  const found = await readInstallations(tx, { ...asked, limit: asked.limit + 1 });
  const items = found.slice(0, asked.limit);
  return { items, next: found.length > asked.limit ? (items.at(-1)?.installation ?? null) : null };
}

async function readReachPage(
  tx: Tx,
  asked: DataOf<typeof listInstallationRepositories> & { town: string },
): Promise<ReplyOf<typeof listInstallationRepositories>> {
  if ((await readInstallation(tx, asked)) === null)
    throw new QueryError("not_found", `there is no installation ${asked.installation} that this town may use`);
  const found = await readReach(tx, { ...asked, limit: asked.limit + 1 });
  const items = found.slice(0, asked.limit);
  return { items, next: found.length > asked.limit ? (items.at(-1)?.name ?? null) : null };
}
