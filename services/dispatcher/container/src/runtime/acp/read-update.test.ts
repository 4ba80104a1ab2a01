import type { SessionUpdate } from "@agentclientprotocol/sdk";
import { expect, test } from "vitest";
import { createUpdateReader } from "./read-update.ts";

const said = (text: string, messageId?: string): SessionUpdate => ({
  sessionUpdate: "agent_message_chunk",
  content: { type: "text", text },
  ...(messageId !== undefined && { messageId }),
});
const readAll = (updates: SessionUpdate[]) => {
  const reader = createUpdateReader();
  const events = [...updates.flatMap((update) => reader.read(update)), ...reader.end()];
  return events.filter(({ kind }) => kind !== "work");
};

test("a text grows, and is complete when another message, a tool or the end of the turn comes", () => {
  const complete = readAll([said("Hel", "m1"), said("lo", "m1"), said("There", "m2"), said("Bye")]).filter(
    (event) => event.kind === "text" && event.complete,
  );
  expect(complete).toMatchObject([{ text: "Hello" }, { text: "There" }, { text: "Bye" }]);
  expect(new Set(complete.map((event) => (event.kind === "text" ? event.part : "")))).toHaveProperty("size", 3);
});

test("a tool keeps the name that its call began with, and tells what it is at and what came of it", () => {
  const updates: SessionUpdate[] = [
    { sessionUpdate: "tool_call", toolCallId: "c1", title: "bash", kind: "execute", status: "pending" },
    {
      sessionUpdate: "tool_call_update",
      toolCallId: "c1",
      title: "echo hello",
      status: "in_progress",
      rawInput: { command: "echo hello" },
    },
    {
      sessionUpdate: "tool_call_update",
      toolCallId: "c1",
      status: "completed",
      content: [{ type: "content", content: { type: "text", text: "hello\n" } }],
    },
  ];
  expect(readAll(updates)).toEqual([
    { kind: "tool", call: "c1", tool: "bash", state: "running", detail: "echo hello" },
    { kind: "tool", call: "c1", tool: "bash", state: "completed", detail: "hello" },
  ]);
});

test("a tool runs from its progress to its end, or to the end of the turn", () => {
  const reader = createUpdateReader();
  const call = (toolCallId: string, status: "in_progress" | "failed"): void =>
    void reader.read({ sessionUpdate: "tool_call_update", toolCallId, status });
  call("c1", "in_progress");
  expect(reader.toolRunning).toBe(true);
  call("c1", "failed");
  expect(reader.toolRunning).toBe(false);
  call("c2", "in_progress");
  reader.end();
  expect(reader.toolRunning).toBe(false);
});

test("thinking is work, and what is no work is nothing", () => {
  const reader = createUpdateReader();
  expect(reader.read({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "hm" } })).toEqual([
    { kind: "work" },
  ]);
  expect(reader.read({ sessionUpdate: "available_commands_update", availableCommands: [] })).toEqual([]);
});
