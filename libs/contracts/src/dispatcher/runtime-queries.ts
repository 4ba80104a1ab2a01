import { z } from "zod";
import { defineQuery } from "../message.ts";
import { agentProgram } from "./agent-programs.ts";

/** What runs and nobody wants: it is to be ended by hand, and why it is there is a defect. */
const orphan = z.object({
  /** `container`: the runtime has a record of it. `process`: it lives in an agent's home on the dispatcher's machine. */
  kind: z.enum(["container", "process"]),
  town: z.string(),
  /** The container's name; a process's agent and number. */
  name: z.string(),
  detail: z.string(),
});

export const lookAtRuntime = defineQuery({
  owner: "dispatcher",
  entity: "runtime",
  verb: "look",
  summary:
    "Where and as what agents run: runtimes and programs that can be used, and what runs that nobody wants. Takes seconds.",
  data: z.object({}),
  reply: z.object({
    /** What the dispatcher itself depends on. */
    dependencies: z.record(z.string(), z.object({ connected: z.boolean(), reason: z.string().nullable() })),
    runtimes: z.array(
      z.object({
        runtime: z.enum(["process", "docker"]),
        /** Containers are run by it. */
        chosen: z.boolean(),
        usable: z.boolean(),
        detail: z.string(),
      }),
    ),
    /** Looked at where agents run; null when that was not possible, and `programsProblem` says why. */
    programs: z.array(agentProgram).nullable(),
    programsProblem: z.string().nullable(),
    /** Whether there is a model to give to agents; without one none is started. */
    model: z.boolean(),
    /** Containers that run. */
    containers: z.int(),
    orphans: z.array(orphan),
  }),
});
