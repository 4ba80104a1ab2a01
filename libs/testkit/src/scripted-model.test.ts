import { afterEach, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel } from "./scripted-model.ts";
import { scriptText } from "./scripted-model-script.ts";
import { demoTasks } from "./scripted-model-tasks.ts";

const running: ScriptedModel[] = [];
afterEach(async () => {
  for (const model of running.splice(0)) await model.close();
});
async function start(options: Parameters<typeof startScriptedModel>[0] = {}): Promise<ScriptedModel> {
  const model = await startScriptedModel(options);
  running.push(model);
  return model;
}

type Message = Record<string, unknown>;
const tool = (name: string, properties: Record<string, unknown> = {}) => ({
  type: "function",
  function: { name, parameters: { type: "object", properties } },
});
const polecatTools = [
  tool("bash"),
  tool("read"),
  tool("write"),
  tool("edit"),
  tool("town_gt_done", { outcome: { enum: ["completed", "failed"] }, summary: {} }),
];
const refineryTools = [
  tool("bash"),
  tool("town_gt_done", { outcome: { enum: ["approved", "changes_requested", "failed"] }, summary: {} }),
];

async function post(model: ScriptedModel, body: Record<string, unknown>) {
  return await fetch(`${model.url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer k" },
    body: JSON.stringify({ model: "scripted", ...body }),
    signal: AbortSignal.timeout(5_000),
  });
}

interface Said {
  text: string | null;
  calls: { name: string; args: Record<string, string> }[];
}
async function say(model: ScriptedModel, messages: Message[], tools: unknown[] = polecatTools): Promise<Said> {
  const response = await post(model, { messages, tools });
  expect(response.status).toBe(200);
  const body = (await response.json()) as {
    choices: [
      { message: { content: string | null; tool_calls?: { function: { name: string; arguments: string } }[] } },
    ];
  };
  const message = body.choices[0].message;
  const calls = (message.tool_calls ?? []).map((c) => ({
    name: c.function.name,
    args: JSON.parse(c.function.arguments) as Record<string, string>,
  }));
  return { text: message.content, calls };
}

/** Plays an agent server: gives each call its result until the model ends the turn; answers the names of the tools called. */
async function play(
  model: ScriptedModel,
  conversation: { prompt: Message[]; tools?: unknown[] },
  results: (call: Said["calls"][number]) => string,
) {
  const tools = conversation.tools ?? polecatTools;
  const messages = [...conversation.prompt];
  const calls: Said["calls"] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const said = await say(model, messages, tools);
    const call = said.calls[0];
    if (call === undefined) return { calls, end: said.text ?? "" };
    calls.push(call);
    messages.push({
      role: "assistant",
      content: said.text,
      tool_calls: [
        { id: `c${turn}`, type: "function", function: { name: call.name, arguments: JSON.stringify(call.args) } },
      ],
    });
    messages.push({ role: "tool", tool_call_id: `c${turn}`, content: results(call) });
  }
  throw new Error("the turn does not end");
}

const slugPrompt = [
  { role: "system", content: "You are Nux, a polecat." },
  { role: "user", content: `Your work: ${demoTasks.slug.title}` },
];
function worktree(commits: string[], over: (command: string) => string | undefined = () => undefined) {
  return (call: Said["calls"][number]): string => {
    const command = call.args["command"] ?? "";
    const special = over(command);
    if (special !== undefined) return special;
    if (command.startsWith("pwd")) return `/work/tree\n--- status\n--- log\n${commits.join("\n")}\nexit=0\n`;
    if (call.name === "read") return `<file>\n00001| test(\n</file>`;
    return call.name === "bash" ? "exit=0" : "ok";
  };
}

test("streams text, tool calls in pieces, and usage when asked for it", async () => {
  const model = await start();
  const script = scriptText([
    { tool: "bash", args: { command: "echo a long command that does not fit into one piece" }, text: "I run it." },
  ]);
  const response = await post(model, {
    stream: true,
    stream_options: { include_usage: true },
    tools: polecatTools,
    messages: [{ role: "user", content: script }],
  });
  const lines = (await response.text()).split("\n\n").filter(Boolean);
  expect(lines.at(-1)).toBe("data: [DONE]");
  const chunks = lines.slice(0, -1).map(
    (l) =>
      JSON.parse(l.slice(6)) as {
        choices: {
          delta: { content?: string; tool_calls?: { function: { arguments: string } }[] };
          finish_reason: string | null;
        }[];
        usage?: { total_tokens: number };
      },
  );
  expect(chunks.map((c) => c.choices[0]?.delta.content ?? "").join("")).toBe("I run it.");
  const pieces = chunks.flatMap((c) => c.choices[0]?.delta.tool_calls ?? []).map((c) => c.function.arguments);
  expect(pieces.length).toBeGreaterThan(2);
  expect(JSON.parse(pieces.join(""))).toEqual({ command: "echo a long command that does not fit into one piece" });
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("tool_calls");
  expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(1);
});

test("a script goes on by one step with each answer and finds tools behind a server prefix", async () => {
  const model = await start();
  const prompt = { role: "user", content: scriptText([{ tool: "gt_done", args: { summary: "x" } }, { text: "bye" }]) };
  expect((await say(model, [prompt])).calls[0]?.name).toBe("town_gt_done");
  const after = [
    prompt,
    { role: "assistant", tool_calls: [{ id: "1" }] },
    { role: "tool", tool_call_id: "1", content: "ok" },
  ];
  expect((await say(model, after)).text).toBe("bye");
  expect(
    (await say(model, [...after, { role: "assistant", content: "bye" }, { role: "user", content: "and now?" }])).text,
  ).toBe("The script has ended.");
});

test("a script for one role leaves the other alone; a refinery does not follow the script of the bead it reviews", async () => {
  const model = await start();
  const body = `${scriptText([{ text: "for the polecat" }])} ${scriptText([{ text: "for the refinery" }], "refinery")}`;
  expect((await say(model, [{ role: "user", content: body }])).text).toBe("for the polecat");
  expect((await say(model, [{ role: "user", content: body }], refineryTools)).text).toBe("for the refinery");
  const quoted = await say(
    model,
    [{ role: "user", content: scriptText([{ text: "for the polecat" }]) }],
    refineryTools,
  );
  expect(quoted.calls[0]?.args["command"]).toContain("git diff");
});

test.each([
  ["err500", 500],
  ["rate429", 429],
  ["auth401", 401],
  ["unknown404", 404],
  ["overflow", 400],
])("a model called %s answers %i", async (name, status) => {
  const model = await start();
  const response = await post(model, { model: `gw/${name}`, messages: slugPrompt, tools: polecatTools });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
});

test("a model called cut breaks the stream off, one called hang never answers", async () => {
  const model = await start();
  const cut = await post(model, { model: "cut", stream: true, messages: slugPrompt, tools: polecatTools });
  await expect(cut.text()).rejects.toThrow("terminated");
  const hang = fetch(`${model.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "hang", messages: slugPrompt }),
    signal: AbortSignal.timeout(200),
  });
  await expect(hang).rejects.toThrow("timeout");
});

test("a polecat reads the test and the source, writes, tests, commits and hands in", async () => {
  const model = await start();
  const { calls, end } = await play(model, { prompt: slugPrompt }, worktree(["first"]));
  expect(calls.map((c) => c.name)).toEqual(["bash", "read", "read", "write", "bash", "bash", "town_gt_done"]);
  expect(calls[3]?.args).toEqual({ filePath: "/work/tree/src/slug.mjs", content: demoTasks.slug.fixed });
  expect(calls[6]?.args["outcome"]).toBe("completed");
  expect(end).toContain("all tests pass");
});

test("work that is committed already is tested and handed in, not done again", async () => {
  const model = await start();
  const { calls } = await play(model, { prompt: slugPrompt }, worktree([demoTasks.slug.commit, "first"]));
  expect(calls.map((c) => c.name)).toEqual(["bash", "bash", "town_gt_done"]);
});

test("tests that fail end the work as failed, with what was seen", async () => {
  const model = await start();
  const { calls } = await play(
    model,
    { prompt: slugPrompt },
    worktree(["first"], (command) => (command.startsWith("node --test") ? "# fail 1\nexit=1" : undefined)),
  );
  expect(calls.at(-1)).toMatchObject({ name: "town_gt_done", args: { outcome: "failed" } });
  expect(calls.at(-1)?.args["summary"]).toContain("# fail 1");
});

test("a refinery approves a change whose tests pass and objects to one whose tests fail", async () => {
  const model = await start();
  const prompt = [{ role: "user", content: `Review: ${demoTasks.slug.title}` }];
  const diff = "--- a/src/slug.mjs\n+++ b/src/slug.mjs\nexit=0";
  const reviews = async (testResult: string) => {
    const results = ({ args }: Said["calls"][number]) =>
      args["command"]?.startsWith("node --test") ? testResult : args["command"] ? diff : "ok";
    const { calls } = await play(model, { prompt, tools: refineryTools }, results);
    return calls.at(-1)?.args["outcome"];
  };
  expect(await reviews("exit=0")).toBe("approved");
  expect(await reviews("# fail 2\nexit=1")).toBe("changes_requested");
});

test("a request without tools gets a title, a body that is no chat request 400, another path 404", async () => {
  const model = await start();
  expect((await say(model, slugPrompt, [])).text).toBe("Scripted work");
  expect((await fetch(`${model.url}/chat/completions`, { method: "POST", body: "{" })).status).toBe(400);
  expect((await fetch(`${model.url}/embeddings`)).status).toBe(404);
  expect(await (await fetch(`${model.url}/models`)).json()).toMatchObject({
    data: [{ id: "scripted" }, { id: "scripted-2" }],
  });
  expect(model.requests).toHaveLength(1);
});

/** A conversation of a polecat about a bead with this body, as the container host begins it. */
function about(body: string, more: { system?: string; after?: string } = {}): Message[] {
  const system = `You are Nux, a polecat.\n${more.system ?? "It will be merged into main by others."}`;
  const prompt = `Your work item is gt-1: Something\n\n<work-item>\n${body}\n</work-item>\n\n${more.after ?? ""}`;
  return [
    { role: "system", content: system },
    { role: "user", content: prompt },
  ];
}
const namesOf = (calls: Said["calls"]) => calls.map((c) => c.name.replace("town_", ""));

test("a marker in the body makes a polecat fail, or say nothing, or never answer in that turn", async () => {
  const model = await start();
  const failed = await play(model, { prompt: about("Try it. @fail") }, () => "ok");
  expect(failed.calls).toMatchObject([{ name: "town_gt_done", args: { outcome: "failed" } }]);
  expect(await say(model, about("@quiet"))).toMatchObject({ calls: [], text: "I have nothing to say." });
  const messages = about("Look here: @hang");
  const body = JSON.stringify({ model: "scripted", messages, tools: polecatTools });
  const url = `${model.url}/chat/completions`;
  await expect(fetch(url, { method: "POST", body, signal: AbortSignal.timeout(200) })).rejects.toThrow("timeout");
  const spoken = [...messages, { role: "user", content: "A message came for you." }];
  expect((await say(model, spoken)).text).toContain("not in my script");
});

test("what only looks like a marker is none, and a refinery does not follow those it quotes", async () => {
  const model = await start();
  expect((await say(model, about("Write to me@failing.example, or @failure."))).text).toContain("not in my script");
  expect((await say(model, about("@fail"), refineryTools)).calls[0]?.args["command"]).toContain("git diff");
});

test("an answer is slow, and costs what the body says, also beside a script", async () => {
  const model = await start();
  const began = Date.now();
  const script = scriptText([{ text: "Slowly." }]);
  const messages = about(`@slow 150 @burn 5000 @cost 2500 ${script}`);
  const answer = await (await post(model, { messages, tools: polecatTools })).json();
  expect(Date.now() - began).toBeGreaterThanOrEqual(149);
  expect(answer).toMatchObject({
    choices: [{ message: { content: "Slowly." } }],
    usage: { prompt_tokens: 0, completion_tokens: 5_000, total_tokens: 5_000, cost: 0.0025 },
  });
});

test("a file that the body names is written, checked and handed in", async () => {
  const model = await start();
  const prompt = about("@write notes/it's.txt hello world\nSo be it.", {
    system: "must succeed in your worktree: npm test",
  });
  const { calls } = await play(model, { prompt }, () => "exit=0");
  expect(namesOf(calls)).toEqual(["bash", "bash", "gt_done"]);
  expect(calls[0]?.args["command"]).toContain(`'hello world' > 'notes/it'\\''s.txt'`);
  expect(calls[1]?.args["command"]).toContain("npm test");
  expect(calls[2]?.args).toMatchObject({ outcome: "completed" });
});

test("work that came back gets its base merged, or a commit when there is nothing to merge", async () => {
  const model = await start();
  const prompt = about("@write a.txt hello", { after: "<feedback>\nIt conflicts.\n</feedback>" });
  const commands = async (merged: string) => {
    const { calls } = await play(model, { prompt }, () => `merged=${merged}\nexit=0`);
    return calls.map((c) => c.args["command"] ?? c.name);
  };
  const [, merge, ...rest] = await commands("yes");
  expect(merge).toContain("git merge -q --no-edit -X ours origin/main");
  expect(rest).toEqual(["town_gt_done"]);
  expect((await commands("no"))[2]).toContain("FEEDBACK.md");
});

test("the repair of a pull request merges its base and hands in", async () => {
  const model = await start();
  const prompt = about("It conflicts.", { system: "run `git fetch origin` and `git merge origin/release/1`, resolve" });
  const { calls } = await play(model, { prompt }, () => "merged=yes\nexit=0");
  expect(namesOf(calls)).toEqual(["bash", "gt_done"]);
  expect(calls[0]?.args["command"]).toContain("origin/release/1");
});

test("each triage request is answered: as it says, with RESTART, or with what is offered first", async () => {
  const model = await start();
  const body = [
    "Actions:\n- RESTART: again",
    "## gt-5 (stuck_agent)\nAgent: gt-2\nOffered: RESTART, CLOSE_BEAD\nIt does not move. @fail",
    "## gt-6 (help_request)\nOffered: NUDGE, CLOSE_BEAD\nHelp.",
    "## gt-7 (stuck_agent)\nOffered: RESTART, ESCALATE\n@resolve ESCALATE",
  ].join("\n\n");
  const tools = [...polecatTools, tool("town_gt_triage_resolve")];
  const { calls } = await play(model, { prompt: about(body), tools }, () => "Refused (wrong_state): it is answered.");
  expect(calls.slice(0, 3).map((c) => [c.args["bead"], c.args["action"]])).toEqual([
    ["gt-5", "RESTART"],
    ["gt-6", "NUDGE"],
    ["gt-7", "ESCALATE"],
  ]);
  expect(namesOf(calls).at(-1)).toBe("gt_done");
});

test("the steps of a work item are walked in the order in which they get ready", async () => {
  const model = await start();
  const tools = [...polecatTools, tool("town_gt_mol_current"), tool("town_gt_mol_advance")];
  const doneSteps: string[] = [];
  const { calls } = await play(model, { prompt: about("Release it."), tools }, ({ name, args }) => {
    if (name.endsWith("advance")) doneSteps.push(args["step"] ?? "");
    const steps = ["build", "test"].map((step, at) => {
      const state = doneSteps.includes(step) ? "done" : at === doneSteps.length ? "ready" : "waiting";
      return { step, state };
    });
    return name.includes("mol") ? `Step:\n${JSON.stringify({ formula: "f", status: "active", steps })}` : "Accepted.";
  });
  expect(namesOf(calls)).toEqual(["gt_mol_current", "gt_mol_advance", "gt_mol_advance", "gt_done"]);
  expect(doneSteps).toEqual(["build", "test"]);
});
