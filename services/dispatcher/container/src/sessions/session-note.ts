import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** Which session an agent has here, and the snapshot that it was stored as, or came from, last. */
const sessionNote = z.object({ session: z.string(), snapshot: z.string().nullable(), program: z.string() });
export type SessionNote = z.infer<typeof sessionNote>;

/** The program's note in the file; null when there is none that can be read. */
export function readSessionNote(file: string, program: string): SessionNote | null {
  try {
    const note = sessionNote.parse(JSON.parse(readFileSync(file, "utf8")));
    return note.program === program ? note : null;
  } catch {
    return null;
  }
}

/** The file holds the note, whole. */
export function writeSessionNote(file: string, note: SessionNote): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
