import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createLogger } from "@gastown/telemetry";
import { eventually, startScriptedModel, type ScriptedModel } from "@gastown/testkit";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAccess } from "../agents/access.ts";
import type { AgentRun } from "../agents/agent-run.ts";
import { startLocalServer, type LocalServer } from "../local-server.ts";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { modelRoutes } from "./model-routes.ts";

const access = createAccess();
let key = "sk-real";
let model: ScriptedModel;
let proxy: LocalServer;
let run: AgentRun;

const lines: string[] = [];
const logger = createLogger("test", { level: "warn", destination: { write: (line: string) => void lines.push(line) } });

function serveModel(url: string): Promise<LocalServer> {
  const options = { model: { url }, key: () => key, access, logger };
  return startLocalServer(new Hono().route("/model", modelRoutes(options)));
}
beforeAll(async () => {
  model = await startScriptedModel();
  proxy = await serveModel(`${model.url}/`);
});
afterAll(async () => {
  await proxy.close();
  await model.close();
});
beforeEach(() => {
  run = testRun(polecatJob("gt-1", ""));
  access.grant(run);
});

function chat(body: unknown, options: { token?: string; signal?: AbortSignal; to?: LocalServer } = {}) {
  return fetch(`${(options.to ?? proxy).url}/model/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${options.token ?? run.token}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: options.signal ?? AbortSignal.timeout(10_000),
  });
}
const messages = [{ role: "user", content: "Hello" }];

test("a stream is passed on with the real key, the agent's own model and its tokens counted", async () => {
  const response = await chat({ model: "another", stream: true, messages });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const text = await response.text();
  expect(text).toContain('"content":');
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  expect(model.requests.at(-1)).toMatchObject({
    authorization: "Bearer sk-real",
    model: "scripted",
    includeUsage: true,
  });
  expect(run.usage.inputTokens).toBeGreaterThan(0);
  expect(run.usage.outputTokens).toBeGreaterThan(0);
  expect(run.activeAt).not.toBeNull();
});

test("a new key of the provider's counts from the next call on", async () => {
  key = "sk-newer";
  await chat({ model: "scripted", messages });
  expect(model.requests.at(-1)?.authorization).toBe("Bearer sk-newer");
  key = "sk-real";
});

test("while its model is changed an agent may ask for both, and for no other", async () => {
  run.models.add("scripted-2");
  for (const asked of ["scripted-2", "scripted", "another"]) await chat({ model: asked, messages });
  expect(model.requests.slice(-3).map((request) => request.model)).toEqual(["scripted-2", "scripted", "scripted"]);
});

test("a plain answer is counted too", async () => {
  const answer = (await (await chat({ model: "scripted", messages })).json()) as { usage: { prompt_tokens: number } };
  expect(run.usage.inputTokens).toBe(answer.usage.prompt_tokens);
});

function list(token: string) {
  const headers = { authorization: token };
  return fetch(`${proxy.url}/model/v1/models`, { headers, signal: AbortSignal.timeout(5_000) });
}

test("only the token of a running agent opens it, and it lists the agent's model", async () => {
  expect((await chat({ messages }, { token: "another" })).status).toBe(401);
  expect((await list("Bearer another")).status).toBe(401);
  expect(await (await list(`Bearer ${run.token}`)).json()).toMatchObject({ data: [{ id: "scripted" }] });
  access.revoke(run);
  expect((await chat({ messages })).status).toBe(401);
});

test("errors of the provider come through as they are", async () => {
  const answers: [number, string | null][] = [];
  for (const name of ["x-auth401", "x-rate429", "x-err500"]) {
    access.grant({ ...run, model: name });
    const response = await chat({ messages, stream: true });
    answers.push([response.status, response.headers.get("retry-after")]);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
  }
  expect(answers).toEqual([
    [401, null],
    [429, "2"],
    [500, null],
  ]);
});

test("an answer that breaks off is told as an error, not as its end", async () => {
  access.grant({ ...run, model: "x-cut" });
  const text = await (await chat({ messages, stream: true })).text();
  expect(text).toMatch(/data: \{"error":\{"message":"The model service broke off[^\n]*\n\n$/);
  expect(lines.filter((line) => line.includes("broke off"))).toEqual([expect.stringContaining('"agent":"gt-1"')]);
});

test("a body that is none, and a provider that is not there, are told as such", async () => {
  expect((await chat("[1]")).status).toBe(400);
  const lost = await serveModel("http://127.0.0.1:9/v1");
  expect((await chat({ messages }, { to: lost })).status).toBe(502);
  await lost.close();
});

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/v1`;
  return { url, close: () => server.close() };
}

test.each([
  ["goes away", (agent: AbortController) => agent.abort()],
  ["is ended", () => run.stop.abort({ reason: "stopped" })],
])("a call ends at the provider when its agent %s", async (_how, end) => {
  let gone = false;
  const provider = await listen((request, response) => {
    request.resume();
    response.on("close", () => (gone = true)).writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[]}\n\n');
  });
  const silent = await serveModel(provider.url);
  const agent = new AbortController();
  const response = await chat({ stream: true, messages }, { to: silent, signal: agent.signal });
  end(agent);
  await response.text().catch(() => "cut off");
  await eventually(() => expect(gone).toBe(true));
  await silent.close();
  provider.close();
});
