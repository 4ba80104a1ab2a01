import type { InstallError } from "../landing.ts";
import type { Banner } from "./layout.ts";

const again = "Start again with the button below.";
const errors: Record<InstallError, string> = {
  pending_installation_exists:
    "You have asked for the App before. It is linked as soon as an owner of your organization installs it.",
  pending_setup_failed: `Your request could not be noted. ${again}`,
  missing_installation_id: `GitHub did not say which installation it was. ${again}`,
  missing_code:
    "GitHub did not say who you are: the App must ask for authorization during installation (see its settings).",
  code_refused: `What GitHub said about you was too old or used before. ${again}`,
  installation_not_found: "GitHub does not know this installation, or it is not yours.",
  installation_already_claimed: "This installation is linked to somebody else here.",
  installation_failed: `The installation could not be linked. ${again}`,
  app_not_configured: "This installation of Gastown has no GitHub App yet; docs/github-app.md says how it gets one.",
  state_tampered: `This visit was not begun here. ${again}`,
  state_expired: `This visit took too long. ${again}`,
  state_used: `This visit was completed before. ${again}`,
  state_foreign: `This visit was begun by somebody else or in another browser. ${again}`,
};

/** What the parameters of a landing say to a person; null when there are none. */
export function installBanner(query: Readonly<Record<string, string>>): Banner | null {
  const { github_install: outcome, error = "", github_action: action, id } = query;
  if (outcome === "success") return { tone: "good", text: "The GitHub App is installed and linked." };
  if (outcome === "pending")
    return { tone: "wait", text: "Asked. The App is linked as soon as an owner of your organization installs it." };
  if (action !== undefined) return { tone: "wait", text: "Noted: the App was removed or suspended on GitHub." };
  if (outcome !== "error" && error === "") return null;
  const said = Object.hasOwn(errors, error) ? errors[error as InstallError] : errors.installation_failed;
  return { tone: "bad", text: id === undefined ? said : `${said} (${id.slice(0, 40)})` };
}
