import { type GastownClient } from "@gastown/client";
import { type DataOf, type Event, envelope } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";

/** Everything a town has told so far, read from its stream as people read it. */
export interface TownEvents {
  /** What events of this kind say, oldest first. */
  of<D extends Event>(event: D): DataOf<D>[];
  /** Waits for an event of this kind. */
  wait<D extends Event>(event: D, matches?: (data: DataOf<D>) => boolean): Promise<DataOf<D>>;
  /** All of it, for whoever has to find out what went wrong. */
  story(): string;
  close(): Promise<void>;
}

/** Follows a town from its first event on. */
export function followEvents(client: GastownClient, town: string): TownEvents {
  const seen: { type: string; data: unknown }[] = [];
  const ended = new AbortController();
  const follow = async () => {
    for await (const frame of client.watchTown({ town, from: 0, signal: ended.signal }))
      if (frame.type === "event") seen.push(envelope.parse(frame.event));
  };
  const following = follow();
  // A stream that broke shows in what is waited for.
  following.catch(() => undefined);
  const of = <D extends Event>(event: D): DataOf<D>[] =>
    seen.flatMap(({ type, data }) => (type === event.type ? [event.data.parse(data) as DataOf<D>] : []));
  return {
    of,
    async wait<D extends Event>(event: D, matches: (data: DataOf<D>) => boolean = () => true): Promise<DataOf<D>> {
      const find = () => {
        const data = of(event).find((each) => matches(each));
        if (data !== undefined) return { data };
        throw new Error(`${event.type} was not told`);
      };
      return (await eventually(find, { timeoutMs: 120_000 })).data;
    },
    story: () => seen.map(({ type, data }) => `${type} ${JSON.stringify(data).slice(0, 300)}`).join("\n"),
    async close() {
      ended.abort();
      await following.catch(() => undefined);
    },
  };
}
