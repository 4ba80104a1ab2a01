/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}
type Part = Html | string | number | readonly Html[];

/** HTML of a template: what is put in is escaped, unless it is HTML itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, i) => text + (i < parts.length ? asText(parts[i] ?? "") : "")).join("") };
}

function asText(part: Part): string {
  if (typeof part === "string" || typeof part === "number") return String(part).replaceAll(/[&<>"']/g, escapeOf);
  if ("html" in part) return part.html;
  return part.map((one) => one.html).join("");
}

function escapeOf(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
