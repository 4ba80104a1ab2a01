import { afterBackoff } from "./limits.ts";
import { isHere } from "./nudged.ts";
import type { Planning } from "./planning.ts";

/** The host is asked for the models that are wished, and again until it sees to them. */
export function planModels(planning: Planning): void {
  const { state, seen, now, limits, actions, looks } = planning;
  if (seen.status === null || state.container.state !== "running") return;
  for (const wish of state.models.values()) {
    if (wish.taken || !isHere(state, wish)) continue;
    const askAt = wish.askedAt === null ? now : afterBackoff(limits, wish.askedAt, wish.asks);
    looks.push(askAt);
    if (askAt <= now) actions.push({ kind: "change-model", agent: wish.agent, generation: wish.generation });
  }
}
