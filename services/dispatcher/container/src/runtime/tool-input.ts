/** Shown of a tool's input and of the end of its output. */
export const detailChars = 1_000;

/** The one thing of a tool's input that tells most. */
export function inputText(input: Record<string, unknown> | undefined): string {
  for (const key of ["command", "filePath", "pattern", "url", "query", "message", "summary", "title"]) {
    const value = input?.[key];
    if (typeof value === "string") return value.slice(0, detailChars);
  }
  return "";
}
