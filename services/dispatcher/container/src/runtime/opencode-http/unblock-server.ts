import { z } from "zod";
import type { ServerClient } from "./server-client.ts";

const waiting = z.array(z.object({ id: z.string() }));
const lost = z.array(z.object({ id: z.string(), time: z.object({ created: z.number() }) }));
/** So long after it lost its model kilo is told to try again, the first, second and third time; then its turn is made to fail. */
const retryAfterMs = [1_000, 5_000, 15_000];
/** A turn that went on for so long after it was told to try again had its model back: the next loss is another one. */
const recoveredMs = 30_000;

async function idsAt(client: ServerClient, path: string): Promise<string[]> {
  const found = waiting.safeParse(await client.get(path));
  return found.success ? found.data.map((item) => item.id) : [];
}

/**
 * Answers what a server waits for: permissions are given (what is forbidden is denied by its configuration) and questions are
 * turned down.
 */
export async function unblockServer(client: ServerClient): Promise<void> {
  for (const id of await idsAt(client, "/permission")) await client.post(`/permission/${id}/reply`, { reply: "once" });
  for (const id of await idsAt(client, "/question")) await client.post(`/question/${id}/reject`, {});
}

/** What was answered to the losses of the model so far. */
export interface Offline {
  readonly answered: number;
  /** Milliseconds since 1970; null before the first. */
  readonly answeredAt: number | null;
}

/** What a loss at `lostAt` is answered with now; null: nothing yet. All times are milliseconds since 1970. Pure. */
export function answerToLoss(before: Offline, lostAt: number, now: number): "reply" | "reject" | null {
  const { answered, answeredAt } = before;
  const tries = answeredAt === null || lostAt - answeredAt > recoveredMs ? 0 : answered;
  const after = retryAfterMs[tries];
  if (after === undefined) return "reject";
  return now - lostAt >= after ? "reply" : null;
}

/** What is known when that was answered. Pure. */
export function lossAnswered({ answered, answeredAt }: Offline, lostAt: number, now: number): Offline {
  const another = answeredAt === null || lostAt - answeredAt > recoveredMs;
  return { answered: another ? 1 : answered + 1, answeredAt: now };
}

/**
 * Answers a function that ends kilo's "offline" state (runtime.md §2, T3), in which it would wait for the public internet, when its time has
 * come: it is told to try its model again, three times with growing patience, and then to give its turn up.
 */
export function createOfflineEnder(client: ServerClient): (now: number) => Promise<void> {
  let before: Offline = { answered: 0, answeredAt: null };
  return async (now) => {
    const read = lost.safeParse(await client.get("/network"));
    for (const { id, time } of read.success ? read.data : []) {
      const verb = answerToLoss(before, time.created, now);
      if (verb === null) continue;
      await client.post(`/network/${id}/${verb}`, {});
      before = lossAnswered(before, time.created, now);
    }
  };
}
