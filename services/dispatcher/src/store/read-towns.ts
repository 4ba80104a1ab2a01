import type { Tx } from "@gastown/db";
import type { ContainerState } from "../domain/state.ts";
import { mayorOf } from "./rows.ts";
import { containers } from "./schema/containers.ts";

/** The towns there are, with what their containers should be, and the mayors that these get ready for. */
export async function readTowns(tx: Tx): Promise<{
  towns: Map<string, Pick<ContainerState, "generation" | "state">>;
  mayors: Map<string, string>;
}> {
  const rows = await tx.select().from(containers);
  const mayors = rows.flatMap((row): [string, string][] => {
    const mayor = mayorOf(row);
    return mayor === null ? [] : [[row.town, mayor.job.agent]];
  });
  return {
    towns: new Map(rows.map(({ town, generation, state }) => [town, { generation, state }])),
    mayors: new Map(mayors),
  };
}
