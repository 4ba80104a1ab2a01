/** As the value, without what Postgres cannot keep in a text: NUL characters, and halves of surrogate pairs. */
export function cleanText(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed() ? clean(value) : value;
  if (Array.isArray(value)) return value.map(cleanText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [clean(key), cleanText(field)]));
}

function clean(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
