import { bigint, text } from "@gastown/db/drizzle";
import { townSchema } from "./town-schema.ts";

/** Towns that were deleted. Should one be made again, its beads get other ids than those that facts may still be told about. */
export const formerTowns = townSchema.table("former_towns", {
  town: text().primaryKey(),
  nextNumber: bigint("next_number", { mode: "number" }).notNull(),
});
