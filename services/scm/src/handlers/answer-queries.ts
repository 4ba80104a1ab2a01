import { answer, QueryError, type Bus } from "@gastown/bus";
import {
  findPull,
  getPull,
  getScmVerdict,
  listPulls,
  listThreads,
  repoCredential,
  type DataOf,
  type Query,
  type ReplyOf,
} from "@gastown/contracts";
import { readTownSeq, readVerdict, snapshot, type Tx } from "@gastown/db";
import { readPulls } from "../store/pulls.ts";
import type { ScmContext } from "./context.ts";
import { readCredential, readMeantPull, readThreads } from "./ask-forge-queries.ts";
import { pullViewOf } from "./pull-view.ts";
import { settledPull } from "./settled-pull.ts";

type Answering = Pick<ScmContext, "db" | "forges" | "logger">;
type Forges = ScmContext["forges"];

/** Answers all queries of the service until the signal aborts, each from one view of the database. */
export function answerQueries(bus: Bus, { db, forges, logger }: Answering, signal: AbortSignal): void {
  const options = { logger, signal };
  const asOf = <Reply>(town: string, read: (tx: Tx) => Promise<Reply>) =>
    snapshot(db, async (tx) => ({ data: await read(tx), seq: await readTownSeq(tx, town) }));
  answer(bus, listPulls, (town, data) => asOf(town, (tx) => readPage(tx, forges, { ...data, town })), options);
  answer(
    bus,
    getPull,
    async (town, data, meta) => {
      await settledPull(db, { ...data, town }, meta.signal);
      return asOf(town, (tx) => readOne(tx, forges, { ...data, town }));
    },
    options,
  );
  const context = { db, forges };
  answer(bus, repoCredential, (town, data, { signal: s }) => readCredential(context, { ...data, town }, s), options);
  answer(bus, listThreads, (town, data, { signal: s }) => readThreads(context, { ...data, town }, s), options);
  answer(bus, findPull, (town, data, { signal: s }) => readMeantPull(context, { ...data, town }, s), options);
  answer(
    bus,
    getScmVerdict,
    (town, { command }) => asOf(town, async (tx) => ({ verdict: await readVerdict(tx, command) })),
    options,
  );
}

type Asked<Q extends Query> = DataOf<Q> & { readonly town: string };

async function readPage(tx: Tx, forges: Forges, asked: Asked<typeof listPulls>): Promise<ReplyOf<typeof listPulls>> {
  const { town, rig, state: states, limit, after } = asked;
  // One more than is shown tells whether there is a next page.
  const found = await readPulls(tx, { town, rig, states, before: placeOf(after), limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map((parts) => pullViewOf(parts, forges)),
    next: last === undefined ? null : String(last.pull.seq),
  };
}

async function readOne(tx: Tx, forges: Forges, asked: Asked<typeof getPull>): Promise<ReplyOf<typeof getPull>> {
  const [found] = await readPulls(tx, { ...asked, limit: 1 });
  if (found === undefined)
    throw new QueryError("not_found", `there is no pull request ${asked.number} in ${asked.rig}`);
  return pullViewOf(found, forges);
}

function placeOf(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(after)) throw new QueryError("invalid", "after: must be the `next` of an earlier page");
  return Number(after);
}
