import { expect, test } from "vitest";
import { createUsageReader } from "./count-usage.ts";

const chunk = (usage: unknown) => `data: ${JSON.stringify({ choices: [], usage })}\n\n`;

test("a streamed usage is found wherever the stream is cut", () => {
  const stream = `data: {"choices":[{"delta":{"content":"the \\"usage\\" of it"}}],"usage":null}\n\n${chunk({ prompt_tokens: 12, completion_tokens: 3 })}data: [DONE]\n\n`;
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const reader = createUsageReader(true);
    reader.read(stream.slice(0, cut));
    reader.read(stream.slice(cut));
    expect(reader.total()).toEqual({ inputTokens: 12, outputTokens: 3, microUsd: 0 });
  }
});

test("of running totals the last one counts", () => {
  const reader = createUsageReader(true);
  reader.read(chunk({ prompt_tokens: 12, completion_tokens: 1 }));
  reader.read(chunk({ prompt_tokens: 12, completion_tokens: 7 }));
  expect(reader.total()).toEqual({ inputTokens: 12, outputTokens: 7, microUsd: 0 });
});

test("a plain answer is read whole", () => {
  const reader = createUsageReader(false);
  const body = JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } });
  reader.read(body.slice(0, 20));
  reader.read(body.slice(20));
  expect(reader.total()).toEqual({ inputTokens: 5, outputTokens: 2, microUsd: 0 });
});

test.each(["", "data: nonsense\n\n", "data: [DONE]\n\n", '{"error":"no"}'])("no usage counts as none: %j", (text) => {
  for (const streamed of [true, false]) {
    const reader = createUsageReader(streamed);
    reader.read(text);
    expect(reader.total()).toEqual({ inputTokens: 0, outputTokens: 0, microUsd: 0 });
  }
});

test.each([
  [0.0123456, 12_346],
  [0, 0],
  [null, 0],
])("a price of %s dollars is counted as %i millionths", (cost, microUsd) => {
  const reader = createUsageReader(true);
  reader.read(chunk({ prompt_tokens: 1, completion_tokens: 1, cost }));
  expect(reader.total().microUsd).toBe(microUsd);
});
