/** The value of `parameter` in the `next` address of a `Link` header; null when there is no next page. */
export function nextCursor(link: string, parameter: string): string | null {
  const next = link
    .split(",")
    .map((part) => /<([^>]+)>\s*;.*\brel="next"/.exec(part)?.[1])
    .find((url) => url !== undefined);
  return next === undefined || !URL.canParse(next) ? null : new URL(next).searchParams.get(parameter);
}
