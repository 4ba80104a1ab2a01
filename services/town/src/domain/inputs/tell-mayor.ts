/** There is one message more for the mayor, who is there: it is kept until it was given it, and starts it when it does not run. */
import { tellMayor as command } from "@gastown/contracts";
import { evolveAll } from "../evolve.ts";
import { applied, defineInput } from "../input.ts";
import { mayorOf, statusWhenTold } from "../mayor.ts";
import { newMayor } from "../new-mayor.ts";
import { newNudge } from "../new-nudge.ts";
import { spokenText } from "../nudge-texts.ts";

export const tellMayor = defineInput({
  command,
  needs: () => ({ agents: "all" }),
  decide(state, data, context) {
    const { actor: source, now, trace } = context;
    const known = mayorOf(state);
    const { agent, changes } = known === undefined ? newMayor(state, context) : { agent: known.agent, changes: [] };
    const message = spokenText(data.message, data.context);
    const said = { agent, message, mode: "immediate", priority: "normal", ttlMs: null, source, trace, now } as const;
    const nudge = newNudge(evolveAll(state, changes, now) ?? state, said);
    const status = statusWhenTold(state, known, now);
    return applied([...changes, { type: "nudge.queued", nudge }], { agent, nudge: nudge.nudge, status });
  },
});
