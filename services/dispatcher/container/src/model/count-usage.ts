import { z } from "zod";

/** What model calls used, as the provider counted it. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Millionths of a dollar; 0 when the provider tells no price. */
  microUsd: number;
}

const counted = z.object({
  usage: z.object({
    prompt_tokens: z.number().default(0),
    completion_tokens: z.number().default(0),
    /** In dollars: what OpenRouter, and proxies that do as it does, add to the protocol. */
    cost: z.number().min(0).nullish(),
  }),
});

function usageIn(json: string): Usage | null {
  try {
    const found = counted.safeParse(JSON.parse(json));
    if (!found.success) return null;
    const { prompt_tokens, completion_tokens, cost } = found.data.usage;
    const tokens = { inputTokens: Math.round(prompt_tokens), outputTokens: Math.round(completion_tokens) };
    return { ...tokens, microUsd: Math.round((cost ?? 0) * 1_000_000) };
  } catch {
    return null;
  }
}

/** Reads along with one response of a chat-completions service and finds the tokens it tells of. */
export interface UsageReader {
  read(text: string): void;
  /** The whole call's usage; zeros when the provider told none. */
  total(): Usage;
}

/** A usage reader for a streamed response (server-sent events) or a plain JSON one. */
export function createUsageReader(streamed: boolean): UsageReader {
  let rest = "";
  let last: Usage | null = null;
  return {
    read(text) {
      rest += text;
      if (!streamed) return;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        // Some providers tell running totals in each chunk: the last one counts.
        if (line.startsWith("data:") && line.includes('"usage"')) last = usageIn(line.slice(5)) ?? last;
      }
    },
    total() {
      const tail = streamed ? rest.replace(/^data:/, "") : rest;
      return usageIn(tail) ?? last ?? { inputTokens: 0, outputTokens: 0, microUsd: 0 };
    },
  };
}
