/** The end of a text that arrives in pieces. */
export interface Tail {
  add(text: string): void;
  text(): string;
}

/** Keeps the last `lines` lines, and of those the last `characters` characters, whatever arrives. */
export function createTail({ lines, characters }: { lines: number; characters: number }): Tail {
  let kept = "";
  let cut = false;
  return {
    add(text) {
      const all = kept + text;
      // NUL cannot be stored as text in Postgres.
      kept = lastLines(all.slice(-characters).replaceAll("\0", "�"), lines);
      cut ||= kept.length < all.length;
    },
    text: () => (cut ? `[...]\n${kept}` : kept),
  };
}

function lastLines(text: string, count: number): string {
  let at = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let n = 0; n < count; n += 1) {
    at = text.lastIndexOf("\n", at - 1);
    if (at <= 0) return text;
  }
  return text.slice(at + 1);
}
