import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { killGroup } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { z } from "zod";
import type { StatePaths } from "./state-paths.ts";

const record = z.object({
  pid: z.int().min(2),
  startedAt: z.string(),
  command: z.string(),
  mark: z.string().optional(),
});

function readRecord(file: string): z.infer<typeof record> | null {
  try {
    return record.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/**
 * Ends what an earlier host on the same state left running, by the records of `run/`. True afterwards: no agent server of this state
 * runs. To be called before anything is started.
 */
export async function killLeftovers(paths: StatePaths, logger: Logger): Promise<void> {
  mkdirSync(paths.runs, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(paths.runs)) {
    const file = join(paths.runs, name);
    const left = readRecord(file);
    if (left === null) logger.warn({ file }, "a process record cannot be read");
    else await killGroup(left, { graceMs: 0 });
    rmSync(file, { force: true });
  }
}
