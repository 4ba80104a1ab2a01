/** What is known of the agents that files are kept of. */
export interface Known {
  /** Files of theirs are here. It was looked at before the town was asked, so that each of them was registered once. */
  readonly left: readonly string[];
  /** The town has them: they may be given work, however long they had none. An id that it has not any more is never given again. */
  readonly registered: ReadonlySet<string>;
  /** A run of it is here, or a server is got ready for one. */
  readonly inUse: (agent: string) => boolean;
}

/** The agents that are gone for good: the town has none of that id any more, and nothing of them is in use here. Pure. */
export function goneAgents({ left, registered, inUse }: Known): string[] {
  return left.filter((agent) => !registered.has(agent) && !inUse(agent));
}
