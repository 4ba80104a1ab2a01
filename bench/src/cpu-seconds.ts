import { readFileSync } from "node:fs";

/** Of the clock that /proc counts in; the same on every Linux. */
const ticksPerSecond = 100;

/** The processor time a process has used so far, in seconds; NaN where there is no /proc. */
export function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}
