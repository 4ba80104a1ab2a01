import { noTown } from "@gastown/contracts";

/** Why an installation was not linked, as the address says it (kilo-container-api §8.4). */
export type InstallError =
  | "pending_installation_exists"
  | "pending_setup_failed"
  | "missing_installation_id"
  | "missing_code"
  | "code_refused"
  | "installation_not_found"
  | "installation_already_claimed"
  | "installation_failed"
  | "app_not_configured"
  | "state_tampered"
  | "state_expired"
  | "state_used"
  | "state_foreign";

/** What came of a visit to GitHub. */
export type InstallOutcome =
  | { readonly kind: "linked" }
  | { readonly kind: "pending" }
  /** Nothing for us to do: it was removed or suspended there, which the webhook tells. */
  | { readonly kind: "noted"; readonly action: "delete" | "suspend" }
  | { readonly kind: "error"; readonly error: InstallError; readonly installation?: string | undefined };

/** For whom somebody was at GitHub, and where they want to be afterwards. */
export interface InstallPlace {
  /** Checked; null: nowhere in particular. */
  readonly returnPath: string | null;
  /** A town, or `_`. */
  readonly owner: string;
}

/** The page of installations, where people land who want to be nowhere else. */
export const defaultPath = "/integrations/github";

/** The path that tells a browser what came of its visit: on the page it came from, else on the default page. */
export function landingPath({ returnPath, owner }: InstallPlace, outcome: InstallOutcome): string {
  // The origin is not looked at: only the path, query and fragment of the result are used.
  const url = new URL(returnPath ?? defaultPath, "https://gastown.invalid");
  const said = url.searchParams;
  if (returnPath === null && owner !== noTown) said.set("town", owner);
  for (const [name, value] of Object.entries(parametersOf(outcome, { owner, returns: returnPath !== null })))
    said.set(name, value);
  return `${url.pathname}${url.search}${url.hash}`;
}

function parametersOf(
  outcome: InstallOutcome,
  { owner, returns }: { owner: string; returns: boolean },
): Record<string, string> {
  switch (outcome.kind) {
    case "linked":
      return { github_install: "success", ...(!returns && { success: "installed" }) };
    case "pending":
      return { github_install: "pending", [returns ? "github_pending_approval" : "pending_approval"]: "true" };
    case "noted":
      return { github_action: outcome.action };
    case "error":
      return {
        github_install: "error",
        error: outcome.error,
        ...(outcome.error === "pending_installation_exists" && owner !== noTown && { org: owner }),
        ...(outcome.installation !== undefined && { id: outcome.installation }),
      };
  }
}
