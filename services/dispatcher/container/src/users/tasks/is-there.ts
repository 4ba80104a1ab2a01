import { existsSync } from "node:fs";

/** Whether a file is there. */
export function isThere({ file }: { file: string }): Promise<boolean> {
  return Promise.resolve(existsSync(file));
}
