import { type Answer, type ChatMessage, type ChatRequest, offeredTool } from "./scripted-model-protocol.ts";

/** What comes next: a call of a tool, or the end of the turn. */
export type Next = { step: Step } | { end: string };
interface Step {
  call: { tool: string; args: Record<string, unknown> };
  says: string;
  /** Reads the result of the call: the conversation alone decides what comes next. */
  after: (result: string) => Next;
}

const failedResult =
  /^\s*(?:<[^>]*error[^>]*>|error\b|file not found)|no such file or directory|exit=[1-9]|The arguments provided to the tool are invalid/i;
const doneTries = 3;

/** Whether the result of a tool says that it failed. */
export function hasFailed(result: string): boolean {
  return failedResult.test(result);
}

export function lastLines(text: string, count = 12): string {
  return text.trim().split("\n").slice(-count).join("\n");
}

/** The arguments of gt_done this request's schema knows. */
function doneArgs(request: ChatRequest, outcome: string, summary: string): Record<string, unknown> {
  const known = offeredTool(request, "gt_done")?.parameters["properties"];
  const args = { outcome, summary };
  if (typeof known !== "object" || known === null) return args;
  return Object.fromEntries(Object.entries(args).filter(([name]) => name in known));
}

/** Ends the work: gt_done, asked again when it answers with an error (a host that is just restarting, say). */
export function done(request: ChatRequest, outcome: string, summary: string): Next {
  const attempt = (tries: number): Next => ({
    step: {
      call: { tool: "gt_done", args: doneArgs(request, outcome, summary) },
      says: outcome === "failed" ? `I cannot finish this: ${summary}` : "This is ready to hand in.",
      after: (result) => {
        if (!/\berror\b|time-?out|refused|unavailable|try again/i.test(result)) return { end: summary };
        return tries > 1 ? attempt(tries - 1) : { end: `gt_done was not accepted: ${lastLines(result)}` };
      },
    },
  });
  return attempt(doneTries);
}

/** Goes on with `next` unless the result says that the call failed; then the work ends as failed, saying what was seen. */
export function unlessFailed(
  request: ChatRequest,
  what: string,
  next: (result: string) => Next,
): (result: string) => Next {
  return (result) =>
    hasFailed(result) ? done(request, "failed", `${what} failed:\n${lastLines(result)}`) : next(result);
}

/** A call of the shell whose result ends with its exit code. */
export function bash(command: string, description: string): Step["call"] {
  return { tool: "bash", args: { command: `${command}; echo "exit=$?"`, description } };
}

/** The text as one word of the shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What stands between these marks of a prompt; empty when nothing does. */
export function between(text: string, tag: string): string {
  return new RegExp(`<${tag}>\\n([^]*?)\\n</${tag}>`).exec(text)?.[1] ?? "";
}

/** Replays the tool results since the prompt through the plan. */
export function replay(plan: Next, since: readonly ChatMessage[]): Answer {
  let next = plan;
  for (const message of since) if (message.role === "tool" && "step" in next) next = next.step.after(message.text);
  return "end" in next ? { text: next.end } : { text: next.step.says, calls: [next.step.call] };
}
