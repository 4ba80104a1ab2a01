/** The agent's undelivered mail was handed out by this command, and by no other. */
import { checkMail as command } from "@gastown/contracts";
import type { Message } from "../bead.ts";
import { bytesInJson } from "../clip.ts";
import { applied, defineInput, notFound, refuseStranger } from "../input.ts";
import type { TownState } from "../state.ts";
import { isoTime } from "../time.ts";

const maxBytes = 128 * 1024;

export const checkMail = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent], mailOf: data.agent }),
  decide(state, data, context) {
    if (!state.agents.has(data.agent)) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const stranger = refuseStranger(context, data.agent);
    if (stranger !== null) return stranger;
    const mail = takeMail(messagesFor(state, data.agent));
    const beads = mail.map((message) => message.bead);
    return applied(beads.length === 0 ? [] : [{ type: "mail.delivered", agent: data.agent, beads }], { mail });
  },
});

function messagesFor(state: TownState, agent: string): Message[] {
  return [...state.beads.values()]
    .filter((bead): bead is Message => bead.type === "message" && bead.assignee === agent && bead.status === "open")
    .toSorted((a, b) => a.number - b.number);
}

/** The oldest ones, as many as fit into one verdict and one at least; the others are handed out next time. */
function takeMail(messages: readonly Message[]) {
  const taken = [];
  let bytes = 0;
  for (const { bead, createdBy, title, body, createdAt } of messages) {
    bytes += bytesInJson(title) + bytesInJson(body);
    if (taken.length > 0 && bytes > maxBytes) break;
    taken.push({ bead, from: createdBy, subject: title, body, at: isoTime(createdAt) });
  }
  return taken;
}
