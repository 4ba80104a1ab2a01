import { z } from "zod";
import type { ServerClient } from "./server-client.ts";

const waiting = z.array(z.object({ id: z.string() }));
/** How often kilo may try its model again before its turn is made to fail. */
const networkRetries = 3;

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

/**
 * Ends kilo's "offline" state (runtime.md §2, T3), in which it would wait for the public internet: it is told to try again
 * three times and then to give up. Answers how many such states it met, on top of those met before.
 */
export async function endOffline(client: ServerClient, before: number): Promise<number> {
  let answers = before;
  for (const id of await idsAt(client, "/network")) {
    const verb = answers < networkRetries ? "reply" : "reject";
    await client.post(`/network/${id}/${verb}`, {});
    answers += 1;
  }
  return answers;
}
