import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { coderAnswer } from "./scripted-model-coder.ts";
import type { ChatMessage, ChatRequest } from "./scripted-model-protocol.ts";

// What the scripted model asks its shell to do, done by a real shell and a real git.
let folder: string;
let work: string;
const env = {
  PATH: process.env["PATH"],
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_EDITOR: "true",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "Test"],
      [`GIT_${who}_EMAIL`, "test@example.org"],
    ]),
  ),
};
function run(command: string): string {
  return execFileSync("sh", ["-c", command], {
    cwd: work,
    env: { ...env, HOME: folder },
    encoding: "utf8",
    stdio: "pipe",
  });
}
const write = (file: string, text: string) => writeFileSync(join(work, file), `${text}\n`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-scripted-"));
  work = folder;
  run("git init -q --bare --initial-branch=main forge.git && git clone -q forge.git work 2>&1");
  work = join(folder, "work");
  write("a.txt", "one");
  write("b.txt", "one");
  run(
    "git checkout -q -b main && git add -A && git commit -qm First && git push -q origin main && git checkout -q -b mine",
  );
  write("a.txt", "mine");
  run("git rm -q b.txt && git commit -qam Mine && git checkout -q main");
  write("a.txt", "theirs");
  write("b.txt", "theirs");
  write("c.txt", "theirs");
  run(
    "git add -A && git commit -qm Theirs && git push -q origin main && git checkout -q mine && git branch -q -f main main~1",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const say = (role: string, text: string): ChatMessage => ({ role, text, toolCalls: [] });

/** Lets the model work until it hands in; answers the outcome and how often it called its shell. */
function play(system: string, prompt: string): { outcome: unknown; shells: number } {
  const parameters = { properties: { outcome: { enum: ["completed", "failed"] }, summary: {} } };
  const tools = [
    { name: "bash", parameters: {} },
    { name: "gt_done", parameters },
  ];
  const messages = [say("system", system), say("user", prompt)];
  const request: ChatRequest = { model: "m", stream: false, includeUsage: false, messages, tools, bytes: 0 };
  for (let shells = 0; shells < 10; shells += 1) {
    const [call] = coderAnswer(request)?.calls ?? [];
    if (call === undefined || call.tool === "gt_done") return { outcome: call?.args["outcome"], shells };
    messages.push(say("assistant", ""), say("tool", run(String(call.args["command"]))));
  }
  throw new Error("it does not end");
}
const duties = (check: string) => `You are Nux, a polecat. It must succeed in your worktree: ${check}`;
const fixupDuties = "You are Nux, a polecat. Run `git merge origin/main`.";

test("a conflict is repaired by a merge that keeps the branch's side, also of a file one side removed", () => {
  expect(play(fixupDuties, "Repair it.")).toEqual({ outcome: "completed", shells: 1 });
  expect(readFileSync(join(work, "a.txt"), "utf8")).toBe("mine\n");
  expect(readFileSync(join(work, "c.txt"), "utf8")).toBe("theirs\n");
  expect(
    run("git status --porcelain; git merge-base HEAD origin/main; git rev-parse origin/main").trim().split("\n"),
  ).toHaveLength(2);
  expect(run("git log -1 --format=%P").trim().split(" ")).toHaveLength(2);
});

test("feedback with nothing to merge gets a commit of its own, each time", () => {
  for (const round of [1, 2]) {
    expect(play(fixupDuties, "Repair it.")).toEqual({ outcome: "completed", shells: 2 });
    expect(readFileSync(join(work, "FEEDBACK.md"), "utf8").trim().split("\n")).toHaveLength(round);
  }
  expect(run("git status --porcelain")).toBe("");
});

test("a file that is written already is not written again, and a check that fails fails the work", () => {
  const prompt = "Work.\n<work-item>\n@write notes/it's.txt hello 'world'\n</work-item>";
  expect(play(duties("test -f notes/*"), prompt)).toEqual({ outcome: "completed", shells: 2 });
  const head = run("git rev-parse HEAD");
  expect(readFileSync(join(work, "notes/it's.txt"), "utf8")).toBe("hello 'world'\n");
  expect(play(duties("false"), prompt)).toEqual({ outcome: "failed", shells: 2 });
  expect(run("git rev-parse HEAD")).toBe(head);
});
