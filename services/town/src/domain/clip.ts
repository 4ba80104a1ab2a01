/** Bytes of a character in a JSON text: escapes and UTF-8 counted. */
function jsonBytes(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (char === '"' || char === "\\") return 2;
  if (code < 0x20) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  // A lone surrogate is written as an escape.
  if (code >= 0xd800 && code <= 0xdfff) return 6;
  return code < 0x10000 ? 3 : 4;
}

/**
 * The text, or as much of its beginning as takes `maxBytes` in JSON, with a mark that it was cut. Messages have a limit
 * (`maxEnvelopeBytes`); who needs the whole asks for it.
 */
export function clip(text: string, maxBytes: number): string {
  // Six bytes are the most a character can take, so short texts need no counting.
  if (text.length * 6 <= maxBytes) return text;
  const mark = "… (cut: read the bead for the rest)";
  let bytes = 0;
  let kept = 0;
  let keptWithMark = 0;
  for (const char of text) {
    bytes += jsonBytes(char);
    if (bytes <= maxBytes - 2 * mark.length) keptWithMark += char.length;
    if (bytes > maxBytes) return text.slice(0, keptWithMark) + mark;
    kept += char.length;
  }
  return text.slice(0, kept);
}

/** How many bytes a text takes inside a JSON text. */
export function bytesInJson(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += jsonBytes(char);
  return bytes;
}
