/** A page of items that were asked for with one more than its limit; `next` is the place of the last one. */
export function pageOf<T, Item>(
  found: readonly T[],
  limit: number,
  as: { item: (t: T) => Item; place: (t: T) => string },
) {
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(as.item), next: last === undefined ? null : as.place(last) };
}

/** The number an `after` stands for; undefined without one, null when it is none of ours. */
export function numberAfter(after: string | undefined): number | null | undefined {
  if (after === undefined) return undefined;
  return /^\d{1,15}$/.test(after) ? Number(after) : null;
}
