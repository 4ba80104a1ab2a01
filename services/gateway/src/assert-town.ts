import { QueryError } from "@gastown/bus";
import { getTown } from "@gastown/contracts";
import { askOwner } from "./ask-owner.ts";
import type { GatewayContext } from "./context.ts";
import { Problem } from "./problem.ts";

/**
 * A 404 problem when there is no such town. The log can be read without the town service, so no answer is no objection.
 */
export async function assertTown(
  context: Pick<GatewayContext, "bus" | "config">,
  town: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await askOwner(context, getTown, { town, data: {}, signal });
  } catch (error) {
    if (error instanceof QueryError && error.code === "not_found")
      throw new Problem("town_not_found", {
        detail: error.message,
        errors: [{ field: "town", reason: "is not a town's id" }],
      });
    if (!(error instanceof QueryError)) throw error;
  }
}
