import { containerHeartbeat, reportHeartbeat } from "@gastown/contracts";
import { heartbeatHeard } from "../domain/observed.ts";
import { defineHandler } from "./command-handler.ts";

/** Liveness, activity and usage are stored; who is known to run is passed on to the town. */
export const heartbeat = defineHandler(containerHeartbeat, (state, data, { envelope, now }) => {
  const agents = data.agents.map((one) => ({
    ...one,
    aliveAt: Math.min(Date.parse(one.aliveAt), now),
    activeAt: one.activeAt === null ? null : Math.min(Date.parse(one.activeAt), now),
  }));
  const heard = heartbeatHeard(state, { container: data.container, agents }, now);
  const alive = agents
    .filter(({ agent }) => heard.alive.includes(agent))
    .map(({ agent, generation, aliveAt, activeAt, inputTokens, outputTokens, microUsd, busy }) => ({
      agent,
      generation,
      aliveAt: new Date(aliveAt).toISOString(),
      activeAt: activeAt === null ? null : new Date(activeAt).toISOString(),
      tokens: inputTokens + outputTokens,
      microUsd,
      busy,
    }));
  const passOn = {
    descriptor: reportHeartbeat,
    town: envelope.townid,
    data: { agents: alive },
    actor: "service:dispatcher",
    causationId: envelope.id,
    correlationId: envelope.correlationid,
  };
  return { decided: { state: heard.state }, look: heard.surprising, told: alive.length === 0 ? [] : [passOn] };
});
