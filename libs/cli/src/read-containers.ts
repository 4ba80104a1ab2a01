import { answered, type Schema } from "@gastown/client";
import type { CliContext } from "./context.ts";

/** A town's containers with what starts wait for, and the installation's places. */
export interface Containers {
  items: Schema<"Container">[];
  places: Schema<"Places">;
}

/** Null when the dispatcher does not answer: the rest of the town can be shown anyway. */
export async function readContainers(cli: CliContext): Promise<Containers | null> {
  const path = { town: await cli.town() };
  try {
    const { data } = await answered(cli.http.GET("/v1/towns/{town}/containers", { params: { path } }));
    return { items: data.items, places: data.places };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // Null says it to a program.
    if (!cli.out.json) cli.out.note(`what starts wait for cannot be shown: ${why}`);
    return null;
  }
}
