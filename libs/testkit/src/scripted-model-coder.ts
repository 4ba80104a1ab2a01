import { type Answer, type ChatMessage, type ChatRequest, offeredTool } from "./scripted-model-protocol.ts";
import { type ScriptedTask, taskIn } from "./scripted-model-tasks.ts";

/** What the coder has learnt from the results of its tool calls so far, and what it does next. */
type Next = { step: Step } | { end: string };
interface Step {
  call: { tool: string; args: Record<string, unknown> };
  says: string;
  /** Reads the result of the call: the conversation alone decides what comes next. */
  after: (result: string) => Next;
}

const failedResult =
  /^\s*(?:<[^>]*error[^>]*>|error\b|file not found)|no such file or directory|exit=[1-9]|The arguments provided to the tool are invalid/i;
const doneTries = 3;

function lastLines(text: string, count = 12): string {
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
function done(request: ChatRequest, outcome: string, summary: string): Next {
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
function unlessFailed(request: ChatRequest, what: string, next: (result: string) => Next): (result: string) => Next {
  return (result) =>
    failedResult.test(result) ? done(request, "failed", `${what} failed:\n${lastLines(result)}`) : next(result);
}

function bash(command: string, description: string) {
  return { tool: "bash", args: { command: `${command}; echo "exit=$?"`, description } };
}

function runTests(request: ChatRequest, passed: () => Next): Next {
  const call = bash("node --test", "Runs the tests");
  return { step: { call, says: "Now the tests.", after: unlessFailed(request, "The test run", passed) } };
}

/** The steps of a polecat on a task, as a chain: each link reads the result before it. */
function polecat(request: ChatRequest, task: ScriptedTask): Next {
  const finish = () => done(request, "completed", `${task.commit}: ${task.source} changed, all tests pass.`);
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
        if (status === "" && log.split("\n").includes(task.commit)) return runTests(request, finish);
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
  const base =
    "base=$(git merge-base HEAD origin/HEAD 2>/dev/null || git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1)";
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
      failedResult.test(result) ? objection(`The tests fail on this head:\n${lastLines(result)}`) : approve();
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

/** Replays the tool results since the prompt through the plan. */
function replay(plan: Next, since: ChatMessage[]): Answer {
  let next = plan;
  for (const message of since) if (message.role === "tool" && "step" in next) next = next.step.after(message.text);
  return "end" in next ? { text: next.end } : { text: next.step.says, calls: [next.step.call] };
}

/** What a competent small coder says next in this conversation; null when it is not about work it knows. */
export function coderAnswer(request: ChatRequest): Answer | null {
  const role = roleOf(request);
  const prompts = request.messages.map((m, at) => ({ at, task: m.role === "user" ? taskIn(m.text) : null }));
  const prompt =
    prompts.findLast((p) => p.task !== null) ?? prompts.find((p) => request.messages[p.at]?.role === "user");
  if (prompt === undefined) return null;
  const task = prompt.task ?? taskIn(request.messages.find((m) => m.role === "system")?.text ?? "");
  const since = request.messages.slice(prompt.at + 1);
  if (role === "refinery") return replay(refinery(request, task), since);
  return task === null ? null : replay(polecat(request, task), since);
}
