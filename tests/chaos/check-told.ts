import { agentWorkRescued, serviceCrashed, type Envelope } from "@gastown/contracts";
import { type ChaosRig, onForge } from "./chaos-work.ts";

/** What was done that has to be told. */
interface Done {
  rigs: readonly ChaosRig[];
  /** The processes of the services that were killed. */
  servers: readonly number[];
}

function rescueBranches(state: string, rig: ChaosRig): string[] {
  const refs = onForge(state, rig, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/gt/rescue");
  return refs.split("\n").filter((branch) => branch !== "");
}

/** What should stand in the log of events and does not: work that went to a rescue branch, and crashes of the services. */
export function untold(state: string, { rigs, servers }: Done, events: readonly Envelope[]): string[] {
  const rescued = events
    .filter(({ type }) => type === agentWorkRescued.type)
    .map(({ townid, data }) => ({ town: townid, ...agentWorkRescued.data.parse(data) }));
  const isTold = ({ town, rig }: ChaosRig, branch: string): boolean =>
    rescued.some((one) => one.town === town && one.rig === rig && one.pushedTo === branch);
  const branches = rigs.flatMap((rig) =>
    rescueBranches(state, rig)
      .filter((branch) => !isTold(rig, branch))
      .map((branch) => `${branch} of ${rig.rig} in ${rig.town} was told by no event ${agentWorkRescued.type}`),
  );
  const crashed = new Set(
    events.filter(({ type }) => type === serviceCrashed.type).map(({ data }) => serviceCrashed.data.parse(data).pid),
  );
  const kills = servers.filter((pid) => !crashed.has(pid));
  return [
    ...branches,
    ...kills.map((pid) => `the kill of the server ${pid} is told by no event ${serviceCrashed.type}`),
  ];
}
