import { type Markers } from "./scripted-model-markers.ts";
import { bash, between, done, hasFailed, type Next, quoted, unlessFailed } from "./scripted-model-plan.ts";
import { type ChatRequest, offeredTool } from "./scripted-model-protocol.ts";

/** All that an agent was told: its duties and what was said to it. */
function toldIn(request: ChatRequest, role: string): string {
  return request.messages
    .filter((m) => m.role === role)
    .map((m) => m.text)
    .join("\n");
}

/** The command that must succeed before work is handed in; null when the duties name none. */
function checkIn(request: ChatRequest): string | null {
  return /must succeed in your worktree: (.+)/.exec(toldIn(request, "system"))?.[1] ?? null;
}

/** The branch the work will be merged into, as the duties say it; null when they do not. */
export function baseIn(request: ChatRequest): string | null {
  const system = toldIn(request, "system");
  const said = /`git merge origin\/([^`]+)`|git diff origin\/(\S+?)\.\.\.HEAD|will be merged into (\S+) by others/;
  const [, merged, reviewed, target] = said.exec(system) ?? [];
  return merged ?? reviewed ?? target ?? null;
}

/** Whether this is the repair of a pull request: those duties alone say how the base is merged. */
export function isFixup(request: ChatRequest): boolean {
  return /`git merge origin\//.test(toldIn(request, "system"));
}

/** Runs the rig's check, when there is one. */
export function check(request: ChatRequest, passed: () => Next): Next {
  const command = checkIn(request);
  if (command === null) return passed();
  const call = bash(command, "Runs the rig's check");
  return { step: { call, says: "Now the check.", after: unlessFailed(request, "The check", passed) } };
}

/** A change that a reviewer can see as the answer to what came back. */
function edit(request: ChatRequest, next: () => Next): Next {
  const line = "- dealt with what came back from the review";
  const command = `echo ${quoted(line)} >> FEEDBACK.md && git add -A && git commit -q -m 'Deal with the feedback'`;
  const call = bash(command, "Commits an answer to the feedback");
  return { step: { call, says: "I deal with the feedback.", after: unlessFailed(request, "The commit", next) } };
}

/**
 * Answers what came back about a pull request: brings the base in, keeping the branch's side where both changed the same; when
 * there was nothing to bring in, it makes a commit, so that there is a new head to look at.
 */
function answerFeedback(request: ChatRequest, next: () => Next): Next {
  const base = baseIn(request);
  if (base === null) return edit(request, next);
  const merge = [
    "before=$(git rev-parse HEAD) && git fetch -q origin",
    `{ git merge -q --no-edit -X ours origin/${base} || { git add -A && git commit -q --no-edit; }; }`,
    'echo "merged=$([ "$before" = "$(git rev-parse HEAD)" ] && echo no || echo yes)"',
  ].join(" && ");
  const after = (result: string) => (result.includes("merged=yes") ? next() : edit(request, next));
  const call = bash(merge, `Merges ${base}`);
  return { step: { call, says: `I bring ${base} in.`, after: unlessFailed(request, "The merge", after) } };
}

/** Deals with feedback first, when the prompt has any. */
export function withFeedback(request: ChatRequest, next: () => Next): Next {
  const came = between(toldIn(request, "user"), "feedback") !== "";
  return came ? answerFeedback(request, next) : next();
}

/** The repair of a pull request. */
export function fixup(request: ChatRequest): Next {
  return answerFeedback(request, () =>
    check(request, () => done(request, "completed", "Repaired: the base is merged and the feedback dealt with.")),
  );
}

/** Writes the file a marker names, unless that is done, and commits it. */
export function writeFile(request: ChatRequest, write: NonNullable<Markers["write"]>, next: () => Next): Next {
  const { path, text } = write;
  const command = [
    `mkdir -p "$(dirname ${quoted(path)})"`,
    `printf '%s\\n' ${quoted(text)} > ${quoted(path)}`,
    "git add -A",
    `{ git diff --cached --quiet || git commit -q -m ${quoted(`Write ${path}`)}; }`,
  ].join(" && ");
  const call = bash(command, `Writes ${path}`);
  return { step: { call, says: `I write ${path}.`, after: unlessFailed(request, "The commit", next) } };
}

/** Where an agent notes, in its home, what it wrote at a marker `@keep`: one trace a line. */
export const keptFile = "kept.txt";

/**
 * Leaves two traces that no other start leaves in the file a marker names, one committed and one not, and notes each in the
 * agent's home once it is there. Work is lost when a noted trace is on no branch in the end.
 */
export function keepTraces(request: ChatRequest, path: string, next: () => Next): Next {
  const file = quoted(path);
  const command = [
    `mkdir -p "$(dirname ${file})"`,
    "trace=$(date +%s%N)-$$",
    `echo "$trace-committed" >> ${file}`,
    `git add -A && git commit -q -m ${quoted(`Keep ${path}`)}`,
    `echo "$trace-committed" >> "$HOME/${keptFile}"`,
    `echo "$trace-written" >> ${file}`,
    `echo "$trace-written" >> "$HOME/${keptFile}"`,
  ].join(" && ");
  const call = bash(command, `Leaves traces in ${path}`);
  return { step: { call, says: "I begin.", after: unlessFailed(request, "The commit", next) } };
}

/** Walks through the steps of the work item, when it has any: each that is ready is said to be done. */
export function walkSteps(request: ChatRequest, next: () => Next): Next {
  if (offeredTool(request, "gt_mol_current") === undefined) return next();
  const advance = (result: string): Next => {
    const step = readyStep(result);
    if (step === null) return next();
    const call = { tool: "gt_mol_advance", args: { step, notes: `I did ${step}.` } };
    const after = (told: string) => (hasFailed(told) || told.startsWith("Refused") ? next() : advance(told));
    return { step: { call, says: `Step ${step} is done.`, after } };
  };
  return { step: { call: { tool: "gt_mol_current", args: {} }, says: "I look at the steps.", after: advance } };
}

function readyStep(result: string): string | null {
  try {
    const shown = JSON.parse(result.slice(result.indexOf("{"), result.lastIndexOf("}") + 1)) as {
      steps: { step: string; state: string }[];
    };
    return shown.steps.find(({ state }) => state === "ready")?.step ?? null;
  } catch {
    return null;
  }
}

/** Answers every triage request of the work item: as `@resolve ACTION` below it says, else RESTART where that is offered. */
export function triage(request: ChatRequest): Next {
  const body = between(toldIn(request, "user"), "work-item");
  const requests = [...body.matchAll(/^#+ ([a-z]{2,6}-[0-9a-z]{1,10})\b([^]*?)(?=^#+ |$(?![^]))/gm)];
  const answer = (at: number): Next => {
    const [, bead, text = ""] = requests[at] ?? [];
    if (bead === undefined) return done(request, "completed", `Answered ${requests.length} triage requests.`);
    const call = { tool: "gt_triage_resolve", args: { bead, action: actionIn(text), notes: "It does not get on." } };
    // What is refused was answered by somebody else, or is moot.
    return { step: { call, says: `I answer ${bead}.`, after: () => answer(at + 1) } };
  };
  return answer(0);
}

function actionIn(text: string): string {
  const said = /@resolve ([A-Z_]+)/.exec(text)?.[1];
  const offered = (/^Offered: (.+)$/m.exec(text)?.[1] ?? "RESTART").split(", ");
  return said ?? (offered.includes("RESTART") ? "RESTART" : (offered[0] ?? "RESTART"));
}
