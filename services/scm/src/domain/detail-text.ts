/** A conversation about lines, as far as its author needs it. */
interface Conversation {
  readonly file: string | null;
  readonly line: number | null;
  readonly comments: readonly { readonly author: string; readonly body: string; readonly url: string }[];
}

interface Failure {
  readonly name: string;
  readonly url: string | null;
  readonly log: string;
}

/** Nobody reads more, and it is part of what an agent is told. */
const longestComment = 2_000;
const longestLog = 6_000;
const longestText = 15_000;

/** The unresolved threads in words for whoever is to answer them; each with its link. */
export function threadsText(threads: readonly Conversation[]): string {
  return capped(threads.map(threadText), "more threads");
}

function threadText({ file, line, comments }: Conversation): string {
  const place = file === null ? "the pull request" : `${file}${line === null ? "" : `:${line}`}`;
  const said = comments.map(({ author, body }) => `  ${author}: ${cut(body, longestComment)}`);
  const link = comments[0]?.url ?? "";
  return [`on ${place}${link === "" ? "" : ` (${link})`}:`, ...said].join("\n");
}

/** What failed in words for whoever is to put it right: each check with its link and the end of its log. */
export function failuresText(failures: readonly Failure[]): string {
  return capped(failures.map(failureText), "more checks");
}

function failureText({ name, url, log }: Failure): string {
  const link = url === null ? "" : ` (${url})`;
  return `check "${name}"${link}${log === "" ? "" : `:\n${log.slice(-longestLog)}`}`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)} [...]`;
}

/** As many of them as there is room for, the first ones. */
function capped(parts: readonly string[], more: string): string {
  let text = "";
  for (const [index, part] of parts.entries()) {
    const longer = text === "" ? part : `${text}\n${part}`;
    if (longer.length > longestText) return `${cut(longer, longestText)}\n[and ${parts.length - index - 1} ${more}]`;
    text = longer;
  }
  return text;
}
