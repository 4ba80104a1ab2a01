import { numberOf, textOf, type Args } from "./fields.ts";

/** One page of things, with GitHub's cursors: a cursor is a place in the list, so that a page goes on where the last one ended. */
export function connection<T>(items: readonly T[], args: Args, wrap: (item: T) => object): object {
  const [start, end] = sliceOf(items.length, args);
  const places = Array.from({ length: end - start }, (_, i) => start + i);
  const nodeAt = (place: number): object | null => {
    const item = items[place];
    return item === undefined ? null : wrap(item);
  };
  return {
    totalCount: items.length,
    nodes: () => places.map(nodeAt),
    edges: () => places.map((place) => ({ cursor: cursorOf(place), node: () => nodeAt(place) })),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: end > start ? cursorOf(start) : null,
      endCursor: end > start ? cursorOf(end - 1) : null,
    },
  };
}

function sliceOf(length: number, args: Args): readonly [number, number] {
  const [after, before] = [placeOf(textOf(args, "after")), placeOf(textOf(args, "before"))];
  const from = Math.min(length, after === null ? 0 : after + 1);
  const to = Math.max(from, Math.min(length, before ?? length));
  const [first, last] = [numberOf(args, "first"), numberOf(args, "last")];
  if (first !== null) return [from, Math.min(to, from + first)];
  return [last === null ? from : Math.max(from, to - last), to];
}

function cursorOf(place: number): string {
  return Buffer.from(`cursor:${place}`).toString("base64");
}

function placeOf(cursor: string | null): number | null {
  if (cursor === null) return null;
  const place = /^cursor:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  return place === undefined ? null : Number(place);
}
