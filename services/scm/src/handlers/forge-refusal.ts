import type { ScmError } from "../forges/forge.ts";
import { refused, type Refusal } from "./ruling.ts";

/** Why the forge did not do what a command says. Who sent it waits, and others of its town behind it: it is told at once. */
export function forgeRefusal(error: ScmError): Refusal {
  if (error.mayPass) return refused("wrong_state", `The forge could not be asked, try again later: ${error.message}`);
  return refused(error.kind === "invalid" || error.kind === "gone" ? "invalid" : "wrong_state", error.message);
}
