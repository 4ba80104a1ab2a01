import { killGroup, type ProcessRecord } from "@gastown/service/process-group";

/** All of an agent program's processes have ended: only their own user can read which belong to it. */
export async function endGroup({ record, graceMs }: { record: ProcessRecord; graceMs: number }): Promise<null> {
  await killGroup(record, { graceMs });
  return null;
}
