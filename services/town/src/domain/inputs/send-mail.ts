/** The message is in the agent's mailbox, undelivered. */
import { sendMail as command } from "@gastown/contracts";
import { applied, defineInput, notFound } from "../input.ts";
import { newMessage } from "../new-bead.ts";

export const sendMail = defineInput({
  command,
  needs: (data) => ({ agents: [data.to], rigs: "all" }),
  decide(state, data, { actor, now, trace }) {
    const to = state.agents.get(data.to);
    if (to === undefined) return notFound("agent_not_found", `there is no agent ${data.to}`);
    const bead = newMessage(state, {
      rig: to.rig,
      title: data.subject,
      body: data.body,
      to: to.agent,
      actor,
      now,
      trace,
    });
    return applied(
      [
        { type: "bead.created", bead },
        { type: "mail.sent", bead: bead.bead, to: to.agent, subject: bead.title },
      ],
      { bead: bead.bead },
    );
  },
});
