import type { Job } from "@gastown/contracts";
import { SealError } from "@gastown/service";
import type { DispatcherContext } from "../context.ts";

/** What is sealed in the job, in clear: made for one request to a container host and kept nowhere. Or why it cannot be opened. */
export function openVariables(
  { open }: Pick<DispatcherContext, "open">,
  job: Job,
): Record<string, string> | { unopened: string } {
  const variables: Record<string, string> = {};
  for (const [name, { sealed }] of Object.entries(job.env)) {
    try {
      variables[name] = open(sealed);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      return { unopened: `variable ${name} cannot be opened: ${error.message}` };
    }
  }
  return variables;
}
