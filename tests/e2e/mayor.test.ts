import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answered, type Schema, settled } from "@gastown/client";
import { agentModelFailed, nudgeSettled } from "@gastown/contracts";
import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentBinary } from "../../services/dispatcher/container/src/runtime/opencode-http/agent-binary.ts";
import { flavours } from "../../services/dispatcher/container/src/runtime/opencode-http/flavours.ts";
import { killHard, processesOf, serverFile } from "./gastown-process.ts";
import { useInstallation } from "./installation.ts";
import { useCli } from "./run-cli.ts";
import { followEvents, type TownEvents } from "./town-events.ts";

// A town without a rig and its mayor, as a person has them: REST and the command line outside, a real agent server inside, whose model
// is the scripted one.
const town = "hall";
const params = { path: { town } };
const patiently = { timeoutMs: 120_000 };
const folder = mkdtempSync(join(tmpdir(), "gastown-mayor-"));
/** While this file is there, no agent server comes up. */
const broken = join(folder, "broken");

/** The installed agent program, but for the time in which it is broken. */
function breakableProgram(): string {
  const path = join(folder, "agent.sh");
  // Agents may run as another user.
  chmodSync(folder, 0o755);
  const program = `#!/bin/sh\n[ -e '${broken}' ] && { echo "no room"; exit 3; }\nexec '${agentBinary(flavours.opencode)}' "$@"\n`;
  writeFileSync(path, program, { mode: 0o755 });
  return path;
}
const installation = useInstallation(() => ({ GASTOWN_AGENT_BIN: breakableProgram() }));
let events: TownEvents;
beforeAll(async () => {
  const { client } = installation();
  // Nobody waits long for another try.
  const policy = { dispatchCooldownMs: [500], askAgainMs: 2_000 };
  await settled(client.http.POST("/v1/towns", { body: { town, name: "Hall", policy } }));
  events = followEvents(client, town);
});
afterAll(async () => {
  await events.close();
  rmSync(folder, { recursive: true });
});

const http = () => installation().client.http;
const mayor = async () => (await answered(http().GET("/v1/towns/{town}/mayor", { params }))).data;
const ensure = async () => (await settled(http().POST("/v1/towns/{town}/mayor", { params }))).data;
/** What a mayor that is told this answers. */
const answering = (text: string) => scriptText([{ text }]);

async function tell(message: string): Promise<{ agent: string; nudge: string }> {
  return (await settled(http().POST("/v1/towns/{town}/mayor/messages", { params, body: { message } }))).data;
}

/** The mayor is there, and its turn is over. */
function rested(generation = 1): Promise<Schema<"Mayor">> {
  return eventually(async () => {
    const now = await mayor();
    expect(now).toMatchObject({ status: "active", session: { generation, alive: true, session: true, busy: false } });
    return now;
  }, patiently);
}

async function gastown(args: string[], input = ""): Promise<{ code: number | null; out: string; err: string }> {
  const { url, token } = await serverFile(installation().state);
  const env = { GASTOWN_URL: url, GASTOWN_TOKEN: token };
  const { child, ended } = useCli({ url, folder }).start(["mayor", ...args, "--town", town], { env });
  child.stdin.end(input);
  return ended;
}

/** What the model was asked by the mayor, without the title of its session. */
const asked = () => installation().model.requests.filter(({ tools }) => tools.length > 0);
const models = () => asked().map(({ model }) => model);
/** Everything a person or the town said in the newest conversation. */
const told = () => (asked().at(-1)?.messages ?? []).filter(({ role }) => role === "user").map(({ text }) => text);
const serversOf = async () =>
  (await processesOf(installation().state)).filter(({ command }) => command.includes(" serve "));

test("who opens a town has its mayor made and started; who opens it again finds it there", async () => {
  expect(
    await answered(http().GET("/v1/towns/{town}/mayor", { params })).catch((error: unknown) => error),
  ).toMatchObject({
    problem: { status: 404, code: "mayor_not_found", advice: expect.stringContaining("gastown mayor ensure") },
  });
  const first = await ensure();
  expect(first).toMatchObject({ decisions: ["fresh_dispatch"], mayor: { status: "starting", pending: 0 } });
  await rested();
  expect(models()).toEqual(["scripted"]);
  const again = await ensure();
  expect(again.decisions).toEqual([expect.stringMatching(/^short_circuit_/)]);
  expect(again.mayor).toMatchObject({ agent: { agent: first.mayor.agent.agent, generation: 1 } });
  expect(asked()).toHaveLength(1);
});

test("lines of a pipe are said to it one after the other, and its answers are seen on the command line", async () => {
  const lines = `${answering("The town is quiet.")}\n\n${answering("Nothing waits.")}\n`;
  const { code, out } = await gastown(["chat", "--context", "the overview"], lines);
  expect({ code, out }).toEqual({ code: 0, out: "The town is quiet.\nNothing waits.\n" });
  const [prompt, first, second, ...more] = told();
  expect(prompt).toContain("You are on duty");
  expect(first).toContain("the overview");
  expect(second).not.toContain("the overview");
  expect(more).toEqual([]);
});

test("another model is in effect from its next turn on; nothing is said for it, nothing is said again", async () => {
  expect(await gastown(["model", "scripted-2", "--wait"])).toEqual({
    code: 0,
    out: "scripted-2 is in effect\n",
    err: "",
  });
  expect(models()).toEqual(["scripted", "scripted", "scripted"]);
  const said = await gastown(["say", answering("With another head."), "--wait"]);
  expect(said).toEqual({ code: 0, out: "With another head.\n", err: "" });
  expect(models()).toEqual(["scripted", "scripted", "scripted", "scripted-2"]);
  expect(told()).toHaveLength(4);
  expect(told().filter((text) => text.includes("You are on duty"))).toHaveLength(1);
  expect(await mayor()).toMatchObject({ agent: { generation: 1, model: { inEffect: "scripted-2", failure: null } } });
});

test("a model it cannot be given is told with what stays in effect, and it goes on with that", async () => {
  writeFileSync(broken, "");
  const changed = await gastown(["model", "scripted-3", "--wait", "--json"]);
  rmSync(broken);
  expect(changed).toMatchObject({ code: 1, err: "" });
  expect(JSON.parse(changed.out)).toMatchObject({
    data: { wished: "scripted-3", inEffect: "scripted-2", failure: expect.stringContaining("no room") },
  });
  await events.wait(agentModelFailed, ({ wished, model }) => wished === "scripted-3" && model === "scripted-2");
  await tell(answering("As before."));
  await eventually(() => expect(models()).toHaveLength(5), patiently);
  expect(models().at(-1)).toBe("scripted-2");
  await rested();
  await settled(http().PATCH("/v1/towns/{town}", { params, body: { models: { mayor: "scripted-2" } } }));
});

test("its server is killed: it is started again where it was, and what was said meanwhile is told once", async () => {
  const [server] = await serversOf();
  // 0 would be this process and all that it started.
  killHard(server?.pid ?? Number.NaN);
  const { nudge } = await tell(answering("I was away."));
  const opened: string[] = [];
  await eventually(async () => {
    opened.push(...(await ensure()).decisions);
    expect((await mayor()).agent.generation).toBe(2);
  }, patiently);
  await events.wait(nudgeSettled, (data) => data.nudge === nudge && data.state === "delivered");
  await rested(2);
  expect(told().filter((text) => text.includes("I was away."))).toHaveLength(1);
  expect(told().filter((text) => text.includes("You are on duty"))).toHaveLength(1);
  expect(told().join("\n")).toContain("The town is quiet.");
  expect(models().at(-1)).toBe("scripted-2");
  expect(opened.filter((decision) => decision === "fresh_dispatch").length).toBeLessThanOrEqual(1);
  await eventually(async () => expect(await serversOf()).toHaveLength(1), patiently);
});
