import type { ConvoyView, DataOf, ReplyOf, listConvoys as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, eq, inArray, lt, sql, type SQL } from "@gastown/db/drizzle";
import type { Convoy } from "../../domain/bead.ts";
import { findBeads } from "../load-beads.ts";
import { numberOf } from "../number-of.ts";
import { beads } from "../schema/beads.ts";
import { convoyViews } from "./convoy-views.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/** A town's convoys, newest first. */
export async function listConvoys(
  tx: Tx,
  town: string,
  { status, after: from, limit }: DataOf<typeof query>,
): Promise<ReplyOf<typeof query>> {
  const after = numberAfter(from);
  if (after === null) throw new InvalidPageError();
  const found = await findBeads(tx, town, {
    condition: and(
      eq(beads.type, "convoy"),
      after === undefined ? undefined : lt(beads.number, after),
      status === undefined ? undefined : inArray(statusOf, status),
    ),
    limit: limit + 1,
  });
  const convoys = found.filter((bead): bead is Convoy => bead.type === "convoy");
  const views = await convoyViews(tx, town, convoys);
  return pageOf(views, limit, { item: (view) => view, place: (view) => String(numberOf(view.convoy)) });
}

/** As `convoyView` tells it. */
const statusOf: SQL<ConvoyView["status"]> = sql`case
  when ${beads.status} = 'failed' then 'failed'
  when ${beads.status} = 'closed' and ${beads.details} ->> 'landedAt' is null then 'closed'
  when ${beads.status} = 'closed' then 'landed'
  when (${beads.details} ->> 'staged')::boolean then 'staged'
  when jsonb_path_exists(${beads.details}, '$.landings[*].request ? (@ != null)') then 'landing'
  else 'active' end`;
