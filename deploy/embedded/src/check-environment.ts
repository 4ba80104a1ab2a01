import { capsFromEnv } from "@gastown/dispatcher/caps-environment";
import { agentProgramIn } from "./agent-program.ts";
import { runtimeIn } from "./services/runtime-in.ts";

/** Throws what is wrong with the environment, before anything is made or started: a person waits for no database to learn of a slip. */
export function checkEnvironment(env: Record<string, string | undefined>): void {
  agentProgramIn(env);
  capsFromEnv(env);
  runtimeIn(env);
}
