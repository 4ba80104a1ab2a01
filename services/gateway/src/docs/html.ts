const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is markup already. Everything else that goes into a template is escaped. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | Part[];

function render(part: Part): string {
  if (Array.isArray(part)) return part.map(render).join("");
  if (part instanceof Html) return part.text;
  return String(part).replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** A piece of a page: what is put in is escaped unless it is a piece itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, i) => text + render(parts[i] ?? "")).join(""));
}

/** Paragraphs, `code`, fenced by back-ticks, and **bold** of a description. */
export function prose(text: string): Html[] {
  return text.split(/\n{2,}/).map((paragraph) => {
    const escaped = render(paragraph)
      .replaceAll(/`([^`]+)`/g, "<code>$1</code>")
      .replaceAll(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
    return html`<p>${new Html(escaped)}</p>`;
  });
}
