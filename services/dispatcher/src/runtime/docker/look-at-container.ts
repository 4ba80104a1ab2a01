import type { ContainerInspectInfo } from "dockerode";
import type { ContainerExit, RuntimeContainer } from "../container-runtime.ts";
import { readLabels } from "./container-labels.ts";

/** A container that was made so long ago and never started was made by a dispatcher that died then. */
const unbornMs = 30_000;
const signalNames: ReadonlyMap<number, string> = new Map([
  [130, "SIGINT"],
  [137, "SIGKILL"],
  [143, "SIGTERM"],
]);

/** What an engine says of a container, as the dispatcher sees it; null when it is none of ours. */
export function lookAtContainer(
  info: Pick<ContainerInspectInfo, "Created" | "State" | "Config">,
  { watched, now }: { watched: boolean; now: number },
): RuntimeContainer | null {
  const labelled = readLabels(info.Config.Labels);
  if (labelled === null) return null;
  const startedAt = new Date(info.Created);
  const alive = isAlive(info.State, now - startedAt.getTime());
  return {
    ...labelled,
    alive,
    watched,
    startedAt,
    ended: alive ? null : describeEnd(info.State),
    exit: alive ? null : exitOf(info.State),
    healthy: healthOf(info.State.Health?.Status),
  };
}

type State = ContainerInspectInfo["State"];

function isAlive(state: State, ageMs: number): boolean {
  if (state.Status === "created") return ageMs < unbornMs;
  return state.Running || state.Restarting;
}

function exitOf(state: State): ContainerExit {
  return { code: state.Status === "created" ? null : state.ExitCode, outOfMemory: state.OOMKilled };
}

function describeEnd(state: State): string {
  if (state.Status === "created") return "it was made and never started";
  const signal = signalNames.get(state.ExitCode);
  const code = `exit code ${state.ExitCode}${signal === undefined ? "" : ` (${signal})`}`;
  const why = state.Error === "" ? code : `${code}: ${state.Error}`;
  return state.OOMKilled ? `out of memory, ${why}` : why;
}

function healthOf(status: string | undefined): boolean | null {
  if (status === "healthy") return true;
  return status === "unhealthy" ? false : null;
}
