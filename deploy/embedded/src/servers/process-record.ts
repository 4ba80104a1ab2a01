import { z } from "zod";

/** A ProcessRecord as it is kept in a file. */
export const processRecord = z.object({
  pid: z.int().min(1),
  startedAt: z.string(),
  command: z.string(),
  mark: z.string().optional(),
});
