import type { Input } from "../input.ts";
import { acknowledgeEscalation } from "./acknowledge-escalation.ts";
import { addRig } from "./add-rig.ts";
import { addToConvoy } from "./add-to-convoy.ts";
import { adoptPull } from "./adopt-pull.ts";
import { advanceMolecule } from "./advance-molecule.ts";
import { agentCheckpoint } from "./agent-checkpoint.ts";
import { agentDone } from "./agent-done.ts";
import { agentStatusMessage } from "./agent-status-message.ts";
import { checkMail } from "./check-mail.ts";
import { closeBead } from "./close-bead.ts";
import { closeConvoy } from "./close-convoy.ts";
import { createBead } from "./create-bead.ts";
import { createConvoy } from "./create-convoy.ts";
import { createMolecule } from "./create-molecule.ts";
import { createTown } from "./create-town.ts";
import { deleteBeadsWhere } from "./delete-beads-where.ts";
import { deleteBeads } from "./delete-beads.ts";
import { deleteTown } from "./delete-town.ts";
import { ensureMayor } from "./ensure-mayor.ts";
import { estopTown } from "./estop-town.ts";
import { raiseEscalation } from "./raise-escalation.ts";
import { reconcileNow } from "./reconcile-now.ts";
import { refusePull } from "./refuse-pull.ts";
import { removeFromConvoy } from "./remove-from-convoy.ts";
import { removeRig } from "./remove-rig.ts";
import { reportAgent } from "./report-agent.ts";
import { reportBranch } from "./report-branch.ts";
import { reportHeartbeat } from "./report-heartbeat.ts";
import { reportModel } from "./report-model.ts";
import { reportNudge } from "./report-nudge.ts";
import { reportPull } from "./report-pull.ts";
import { reportRescue } from "./report-rescue.ts";
import { reportRig } from "./report-rig.ts";
import { resolveTriage } from "./resolve-triage.ts";
import { sendMail } from "./send-mail.ts";
import { sendNudge } from "./send-nudge.ts";
import { slingBead } from "./sling-bead.ts";
import { startConvoy } from "./start-convoy.ts";
import { tellMayor } from "./tell-mayor.ts";
import { thawTown } from "./thaw-town.ts";
import { updateBead } from "./update-bead.ts";
import { updateRig } from "./update-rig.ts";
import { updateTown } from "./update-town.ts";

/** One input for every command the town owns. */
export const inputs: readonly Input[] = [
  createTown,
  updateTown,
  deleteTown,
  estopTown,
  thawTown,
  reconcileNow,
  addRig,
  updateRig,
  removeRig,
  createBead,
  updateBead,
  closeBead,
  slingBead,
  deleteBeads,
  deleteBeadsWhere,
  createConvoy,
  startConvoy,
  closeConvoy,
  addToConvoy,
  removeFromConvoy,
  adoptPull,
  agentDone,
  agentCheckpoint,
  agentStatusMessage,
  sendMail,
  checkMail,
  sendNudge,
  ensureMayor,
  tellMayor,
  raiseEscalation,
  acknowledgeEscalation,
  resolveTriage,
  createMolecule,
  advanceMolecule,
  reportRig,
  reportAgent,
  reportHeartbeat,
  reportModel,
  reportNudge,
  reportPull,
  reportRescue,
  reportBranch,
  refusePull,
];

const byType: ReadonlyMap<string, Input> = new Map(inputs.map((input) => [input.command.type, input]));

/** The input of a command's type; undefined when the town has none. */
export function findInput(type: string): Input | undefined {
  return byType.get(type);
}
