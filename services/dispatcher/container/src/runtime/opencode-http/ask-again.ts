import { readFailedTurn } from "./read-session.ts";
import type { ServerClient } from "./server-client.ts";

/** Which prompt of which session is asked again, and with what goes with each prompt. */
interface AskedAgain {
  session: string;
  system: string;
  agent: string;
}

/** A failed turn is as short as its prompt and its answers. */
const newestMessages = 20;

/**
 * Asks the newest prompt of a session again, whose turn failed. The failed answers are deleted, so that nothing looks like its answer, and
 * a prompt of the same id without parts begins another turn of the message that is there: no call of the API does only that (tried with
 * opencode 1.18.33 and kilo 7.7.7, whose transcripts then have one turn of the user's). Throws when the newest turn did not fail.
 */
export async function askAgain(client: ServerClient, { session, system, agent }: AskedAgain): Promise<void> {
  const failed = readFailedTurn(await client.get(`/session/${session}/message?limit=${newestMessages}`));
  if (failed === null) throw new Error("the newest turn of the session did not fail");
  for (const answer of failed.answers) await client.delete(`/session/${session}/message/${answer}`);
  await client.post(`/session/${session}/prompt_async`, { messageID: failed.prompt, system, agent, parts: [] });
}
