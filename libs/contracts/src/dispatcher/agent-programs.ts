import { z } from "zod";

/** An agent program as it was found and started for a look. */
export const agentProgram = z.object({
  /** `opencode`, `kilo`, or the command of an ACP program. */
  program: z.string(),
  /** Agents run as it. */
  chosen: z.boolean(),
  /** Its file; null when there is none. */
  file: z.string().nullable(),
  /** `configured`: the configuration names the file. `installed`: npm installed it. `path`: it is on the path of agents. */
  found: z.enum(["configured", "installed", "path"]).nullable(),
  /** As it says when it is started; null when it does not. */
  version: z.string().nullable(),
  usable: z.boolean(),
  /** Why it cannot be used, or what is to be known when it is; null when there is nothing to say. */
  detail: z.string().nullable(),
});
export type AgentProgram = z.infer<typeof agentProgram>;
