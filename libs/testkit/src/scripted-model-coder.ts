import {
  baseIn,
  check,
  fixup,
  isFixup,
  keepTraces,
  triage,
  walkSteps,
  withFeedback,
  writeFile,
} from "./scripted-model-duties.ts";
import { type Markers, markersIn } from "./scripted-model-markers.ts";
import { bash, done, hasFailed, lastLines, type Next, replay, unlessFailed } from "./scripted-model-plan.ts";
import { type Answer, type ChatRequest, offeredTool } from "./scripted-model-protocol.ts";
import { type ScriptedTask, taskIn } from "./scripted-model-tasks.ts";

function runTests(request: ChatRequest, passed: () => Next): Next {
  const call = bash("node --test", "Runs the tests");
  return { step: { call, says: "Now the tests.", after: unlessFailed(request, "The test run", passed) } };
}

/** The steps of a polecat on a task, as a chain: each link reads the result before it. */
function polecat(request: ChatRequest, task: ScriptedTask): Next {
  const finish = () =>
    walkSteps(request, () => done(request, "completed", `${task.commit}: ${task.source} changed, all tests pass.`));
  const commit = (): Next => ({
    step: {
      call: bash(
        `git add -A && git commit -q -m ${JSON.stringify(task.commit)} && git log --oneline -1`,
        "Commits the work",
      ),
      says: "All tests pass. I commit this.",
      after: unlessFailed(request, "The commit", finish),
    },
  });
  const write = (directory: string): Next => ({
    step: {
      call: { tool: "write", args: { filePath: `${directory}/${task.source}`, content: task.fixed } },
      says: `I write ${task.source}.`,
      after: unlessFailed(request, "Writing the source", () => runTests(request, commit)),
    },
  });
  const editTest = (directory: string, seen: string): Next => {
    if (task.testEdit === null || !seen.includes(task.testEdit.from)) return write(directory);
    const args = { filePath: `${directory}/${task.test}`, oldString: task.testEdit.from, newString: task.testEdit.to };
    const after = unlessFailed(request, "Changing the test", () => write(directory));
    return { step: { call: { tool: "edit", args }, says: `I make ${task.test} count.`, after } };
  };
  const read = (directory: string, file: string, next: (seen: string) => Next): Next => ({
    step: {
      call: { tool: "read", args: { filePath: `${directory}/${file}` } },
      says: `I read ${file}.`,
      after: unlessFailed(request, "Reading", next),
    },
  });
  const look = "pwd; echo '--- status'; git status --short; echo '--- log'; git log --format=%s -50";
  return {
    step: {
      call: bash(look, "Shows where the work stands"),
      says: "I look at where the work stands.",
      after: unlessFailed(request, "Looking at the worktree", (result) => {
        const [directory, status, log] = sections(result);
        if (status === "" && log.split("\n").includes(task.commit))
          return withFeedback(request, () => runTests(request, finish));
        return read(directory, task.test, (seen) => read(directory, task.source, () => editTest(directory, seen)));
      }),
    },
  };
}

/** Takes the output of the polecat's first command apart; an agent server may wrap it into tags of its own. */
function sections(result: string): [directory: string, status: string, log: string] {
  const directory = /^\/.*$/m.exec(result)?.[0].trim() ?? ".";
  const status = /^--- status$([^]*?)^--- log$/m.exec(result)?.[1]?.trim() ?? "";
  const log = /^--- log$([^]*?)^exit=/m.exec(result)?.[1]?.trim() ?? "";
  return [directory, status, log];
}

/** A refinery: reads the difference to the base, runs the tests where it knows them, says what it thinks. */
function refinery(request: ChatRequest, task: ScriptedTask | null): Next {
  const into = baseIn(request) ?? "HEAD";
  const base = `base=$(git merge-base HEAD origin/${into} 2>/dev/null || git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1)`;
  const diff = `${base} && git log --oneline "$base"..HEAD && git diff --stat "$base" HEAD && git diff "$base" HEAD | head -c 20000`;
  const approve = () =>
    done(
      request,
      "approved",
      task === null
        ? "Read the change; it does what it says."
        : `Read the change and ran the tests: ${task.title} is done.`,
    );
  const objection = (why: string) => done(request, "changes_requested", why);
  const tests = (): Next => {
    if (task === null) return approve();
    const call = bash("node --test", "Runs the tests");
    const after = (result: string) =>
      hasFailed(result) ? objection(`The tests fail on this head:\n${lastLines(result)}`) : approve();
    return { step: { call, says: "The change reads well. Now the tests.", after } };
  };
  return {
    step: {
      call: bash(diff, "Shows the change under review"),
      says: "I read the change.",
      after: (result) =>
        /^[+-]{3} /m.test(result) ? tests() : objection(`There is no change to review:\n${lastLines(result)}`),
    },
  };
}

/** The role a request's agent has: what its gt_done offers decides, else what its prompt says; empty when neither does. */
export function roleOf(request: ChatRequest): string {
  const outcomes = JSON.stringify(offeredTool(request, "gt_done")?.parameters ?? {});
  if (outcomes.includes("approved") !== outcomes.includes("completed"))
    return outcomes.includes("approved") ? "refinery" : "polecat";
  const text = request.messages.filter((m) => m.role !== "tool" && m.role !== "assistant").map((m) => m.text);
  return /\b(?:you are|role:?)\b[^.\n]{0,60}\b(refinery|polecat)\b/i.exec(text.join("\n"))?.[1]?.toLowerCase() ?? "";
}

/** A piece of work that only its markers describe. */
function marked(request: ChatRequest, { write, keep }: { write: NonNullable<Markers["write"]>; keep: string | null }) {
  const finish = () => walkSteps(request, () => done(request, "completed", `Wrote ${write.path}.`));
  const rest = () => writeFile(request, write, () => withFeedback(request, () => check(request, finish)));
  return keep === null ? rest() : keepTraces(request, keep, rest);
}

/** What a polecat does that is not one of the demo's tasks; null when nothing says what that could be. */
function otherWork(request: ChatRequest, { fail, quiet, write, keep }: Markers): Next | null {
  if (offeredTool(request, "gt_triage_resolve") !== undefined) return triage(request);
  if (fail) return done(request, "failed", "Its work item says that it fails.");
  if (quiet) return { end: "I have nothing to say." };
  if (isFixup(request)) return fixup(request);
  if (write !== null) return marked(request, { write, keep });
  if (offeredTool(request, "gt_mol_current") === undefined) return null;
  return walkSteps(request, () => done(request, "completed", "All steps are done."));
}

/** What a competent small coder says next in this conversation; null when it is not about work it knows. */
export function coderAnswer(request: ChatRequest): Answer | null {
  const role = roleOf(request);
  const first = request.messages.findIndex((m) => m.role === "user");
  const other = role === "polecat" ? otherWork(request, markersIn(request, role)) : null;
  if (other !== null) return replay(other, request.messages.slice(first + 1));
  const prompts = request.messages.map((m, at) => ({ at, task: m.role === "user" ? taskIn(m.text) : null }));
  const prompt =
    prompts.findLast((p) => p.task !== null) ?? prompts.find((p) => request.messages[p.at]?.role === "user");
  if (prompt === undefined) return null;
  const task = prompt.task ?? taskIn(request.messages.find((m) => m.role === "system")?.text ?? "");
  const since = request.messages.slice(prompt.at + 1);
  if (role === "refinery") return replay(refinery(request, task), since);
  return task === null ? null : replay(polecat(request, task), since);
}
