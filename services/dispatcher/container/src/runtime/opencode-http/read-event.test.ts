import { expect, test } from "vitest";
import { createEventReader } from "./read-event.ts";
import { readFailedTurn, readPrompts, readSession } from "./read-session.ts";
import { readEvents } from "./server-client.ts";

const partUpdated = (part: object) => ({ type: "message.part.updated", properties: { sessionID: "s", part } });

test("what the agent says is output, what it was told is not", () => {
  const read = createEventReader();
  read({ type: "message.updated", properties: { info: { id: "m1", role: "user" } } });
  const text = { type: "text", id: "p", text: "Hello", time: { end: 2 } };
  expect(read(partUpdated({ ...text, messageID: "m1" }))).toEqual([]);
  expect(read(partUpdated({ ...text, messageID: "m2" }))).toEqual([
    { kind: "work" },
    { kind: "text", part: "p", text: "Hello", complete: true },
  ]);
});

test("a tool call shows what it is about, then how it ended", () => {
  const read = createEventReader();
  const call = { type: "tool", id: "p", tool: "bash" };
  expect(read(partUpdated({ ...call, state: { status: "pending", input: {} } }))).toEqual([{ kind: "work" }]);
  expect(read(partUpdated({ ...call, state: { status: "running", input: { command: "npm test" } } }))[1]).toMatchObject(
    {
      state: "running",
      detail: "npm test",
    },
  );
  expect(read(partUpdated({ ...call, state: { status: "error", error: "no" } }))[1]).toMatchObject({
    state: "error",
    detail: "no",
  });
});

test("ends, errors and questions are wake-ups; heartbeats and what is unknown are nothing", () => {
  const read = createEventReader();
  for (const type of ["session.idle", "session.status", "session.network.asked"])
    expect(read({ type, properties: {} })).toEqual([{ kind: "look" }]);
  for (const type of ["permission.asked", "question.asked"])
    expect(read({ type, properties: {} })).toEqual([{ kind: "asked" }]);
  const error = { name: "APIError", data: { message: "401" } };
  expect(read({ type: "session.error", properties: { error } })).toEqual([
    { kind: "error", message: "APIError: 401" },
    { kind: "look" },
  ]);
  for (const other of [{ type: "server.heartbeat", properties: {} }, null, "text", { type: 1 }])
    expect(read(other)).toEqual([]);
});

test("events are read wherever the stream is cut", async () => {
  const stream = 'data: {"a":1}\n\n: comment\n\ndata: nonsense\n\ndata: {"a":2}\n\ndata: {"a":';
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const chunks = [stream.slice(0, cut), stream.slice(cut)];
    const events: unknown[] = [];
    for await (const event of readEvents(ReadableStream.from(chunks))) events.push(event);
    expect(events).toEqual([{ a: 1 }, { a: 2 }]);
  }
});

const user = { info: { id: "u1", role: "user", time: { created: 1 } }, parts: [] };
const reply = { info: { id: "a1", role: "assistant", parentID: "u1", time: { completed: 2 } }, parts: [] };

test("a session's truth is read from its status and its newest messages", () => {
  expect(readSession("s", {}, [user, reply])).toEqual({
    status: { is: "idle" },
    lastPrompt: "u1",
    reply: { to: "u1", complete: true, error: null },
    toolRunning: false,
  });
  expect(readSession("s", { s: { type: "busy" }, other: { type: "busy" } }, [user])).toEqual({
    status: { is: "busy" },
    lastPrompt: "u1",
    reply: null,
    toolRunning: false,
  });
  const retry = { attempt: 2, message: "500" };
  expect(readSession("s", { s: { type: "retry", ...retry, next: 1 } }, []).status).toEqual({ is: "retry", ...retry });
  expect(readSession("s", { s: { type: "offline", requestID: "r", message: "" } }, []).status).toEqual({
    is: "offline",
  });
});

test("what was said from the user's side is read, and nothing else", () => {
  const said = {
    ...user,
    parts: [
      { type: "text", text: "One." },
      { type: "file", url: "x" },
      { type: "text", text: "Two." },
    ],
  };
  expect(readPrompts([said, { ...reply, parts: [{ type: "text", text: "Three." }] }])).toEqual(["One.\nTwo."]);
});

const refusal = { name: "APIError", data: { message: "no such model", statusCode: 404, isRetryable: false } };
const failedWith = (id: string, error: unknown) => ({ ...reply, info: { ...reply.info, id, error } });

test.each<[string, unknown, object]>([
  ["the provider's, with its status", refusal, { error: "APIError: no such model", providerStatus: 404 }],
  ["the provider's, without one", { name: "APIError", data: { message: "cut" } }, { error: "APIError: cut" }],
  ["another one", { name: "MessageAbortedError", data: { statusCode: 404 } }, { error: "MessageAbortedError" }],
])("the error of an answer is %s", (_, error, told) => {
  expect(readSession("s", {}, [user, failedWith("a1", error)]).reply).toEqual({ to: "u1", complete: true, ...told });
});

test("a turn that failed is its prompt and the answers that failed", () => {
  const before = { ...user, info: { ...user.info, id: "u0" } };
  const failed = [before, { ...failedWith("a0", refusal), info: { ...reply.info, id: "a0", parentID: "u0" } }, user];
  expect(readFailedTurn(failed)).toBeNull();
  expect(readFailedTurn([...failed, failedWith("a1", refusal), failedWith("a2", refusal)])).toEqual({
    prompt: "u1",
    answers: ["a1", "a2"],
  });
  expect(readFailedTurn([user, reply])).toBeNull();
  expect(readFailedTurn([])).toBeNull();
});

test("a turn of many steps has lost its prompt from view and is still known by it", () => {
  expect(readSession("s", {}, [reply, { ...reply, info: { ...reply.info, id: "a2" } }]).lastPrompt).toBe("u1");
});

test.each([
  ["running in a turn", "busy", "running", true],
  ["waiting to run", "busy", "pending", false],
  ["over", "busy", "completed", false],
  ["left behind by a server that was killed", "idle", "running", false],
])("a tool that is %s", (_, type, status, toolRunning) => {
  const parts = [{ type: "step-start" }, { type: "tool", tool: "bash", state: { status, input: {} } }];
  expect(readSession("s", { s: { type } }, [user, { ...reply, parts }]).toolRunning).toBe(toolRunning);
});
