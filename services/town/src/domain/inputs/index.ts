import type { Input } from "../input.ts";
import { addRig } from "./add-rig.ts";
import { agentCheckpoint } from "./agent-checkpoint.ts";
import { agentDone } from "./agent-done.ts";
import { agentStatusMessage } from "./agent-status-message.ts";
import { checkMail } from "./check-mail.ts";
import { closeBead } from "./close-bead.ts";
import { createBead } from "./create-bead.ts";
import { createTown } from "./create-town.ts";
import { raiseEscalation } from "./raise-escalation.ts";
import { reportAgent } from "./report-agent.ts";
import { reportHeartbeat } from "./report-heartbeat.ts";
import { reportPull } from "./report-pull.ts";
import { reportRig } from "./report-rig.ts";
import { sendMail } from "./send-mail.ts";
import { slingBead } from "./sling-bead.ts";
import { updateBead } from "./update-bead.ts";
import { updateTown } from "./update-town.ts";

/** One input for every command the town owns. */
export const inputs: readonly Input[] = [
  createTown,
  updateTown,
  addRig,
  createBead,
  updateBead,
  closeBead,
  slingBead,
  agentDone,
  agentCheckpoint,
  agentStatusMessage,
  sendMail,
  checkMail,
  raiseEscalation,
  reportRig,
  reportAgent,
  reportHeartbeat,
  reportPull,
];

const byType: ReadonlyMap<string, Input> = new Map(inputs.map((input) => [input.command.type, input]));

/** The input of a command's type; undefined when the town has none. */
export function findInput(type: string): Input | undefined {
  return byType.get(type);
}
