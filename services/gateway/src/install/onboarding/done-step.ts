import { getBead } from "@gastown/contracts";
import { askOwner } from "../../ask-owner.ts";
import { html, type Html } from "../../docs/html.ts";
import type { SignedRequest } from "../browser.ts";
import { wizardPath } from "./wizard.ts";

/** What was given to the town, and how to follow it. */
export async function doneStep(
  { browser, c }: SignedRequest,
  { town, rig, bead }: { town: string; rig: string | null; bead: string },
): Promise<Html[]> {
  const { data } = await askOwner(browser.gateway, getBead, { town, data: { bead }, signal: c.req.raw.signal });
  return [
    html`<p><code>${data.bead}</code> “${data.title}” is <strong>${data.status.replaceAll("_", " ")}</strong>.</p>`,
    html`<p>
      Follow it with <code>gastown explain ${bead} --town ${town}</code> or <code>gastown watch --town ${town}</code>.
    </p>`,
    html`<p><a href="${wizardPath({ step: "bead", town, rig })}">Give it another</a></p>`,
  ];
}
