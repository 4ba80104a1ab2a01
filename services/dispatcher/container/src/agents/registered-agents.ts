import type { DataOf, listAgents, ReplyOf } from "@gastown/contracts";

/** Asks the town for one page of its agents. */
type AskForPage = (page: DataOf<typeof listAgents>) => Promise<ReplyOf<typeof listAgents>>;

/** The ids of all agents that the town has, page by page. Throws when one page does not come: half of them would make the others look gone. */
export async function registeredAgents(ask: AskForPage): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let after: string | undefined;
  do {
    const { items, next } = await ask({ limit: 200, after });
    for (const { agent } of items) found.add(agent);
    after = next ?? undefined;
  } while (after !== undefined);
  return found;
}
