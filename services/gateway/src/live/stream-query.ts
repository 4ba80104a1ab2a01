import { beadId } from "@gastown/contracts";
import { z } from "zod";
import { fromSeq, several } from "../api/parameters.ts";

/** The query of the stream route. */
export const streamQuery = z.strictObject({
  from: fromSeq.optional(),
  stream: z.string().max(100).optional().describe("The `stream` of the `hello` that `from` belongs to"),
  agent: several(beadId).optional().describe("Agents whose output is wanted too"),
});
