import { answered, type Schema } from "@gastown/client";
import type { CliContext } from "./context.ts";

interface EventPage {
  items: Schema<"LoggedEvent">[];
  next: string | null;
}

/** What the log holds of a town (null: what is no town's) after the sequence `from`, to its end, oldest first. */
export async function* readEvents(
  { http }: Pick<CliContext, "http">,
  { town, from: begin }: { town: string | null; from: number },
): AsyncGenerator<Schema<"LoggedEvent">, void> {
  for (let from: string | null = String(begin); from !== null;) {
    const query: { from: number; limit: number } = { from: Number(from), limit: 500 };
    const { data }: { data: EventPage } =
      town === null
        ? await answered(http.GET("/v1/events", { params: { query } }))
        : await answered(http.GET("/v1/towns/{town}/events", { params: { path: { town }, query } }));
    yield* data.items;
    from = data.next;
  }
}
