import { mkdirSync, writeFileSync } from "node:fs";

/** What an agent program is to find in its home: absolute paths. */
export interface HomeSeed {
  folders: readonly string[];
  files: readonly { path: string; text: string }[];
}

/** The folders and the files are there; the folders are for nobody else. */
export function writeHome({ folders, files }: HomeSeed): void {
  for (const path of folders) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const { path, text } of files) writeFileSync(path, text);
}
