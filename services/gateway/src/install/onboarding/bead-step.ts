import { createBead, listRigs, type RigView } from "@gastown/contracts";
import { askOwner } from "../../ask-owner.ts";
import { carryOut } from "../../commands/send.ts";
import { html, type Html } from "../../docs/html.ts";
import { demand } from "../../identify.ts";
import { madeBead } from "../../routes/beads.ts";
import { commandRequest, type SignedRequest } from "../browser.ts";
import { field, formKey, type Typed } from "./frame.ts";
import { readForm } from "./read-form.ts";
import { wizardPath } from "./wizard.ts";

interface Here {
  readonly town: string;
  /** The one that was just added. */
  readonly rig: string | null;
}

/** What is to be done first, and in which of the town's repositories. */
export async function beadStep(request: SignedRequest, { town, rig }: Here, typed: Typed): Promise<Html[]> {
  const { signal } = request.c.req.raw;
  const { data } = await askOwner(request.browser.gateway, listRigs, { town, data: { limit: 200 }, signal });
  if (data.items.length === 0)
    return [
      html`<p>The town has no repository yet. <a href="${wizardPath({ step: "repo", town })}">Add one</a> first.</p>`,
    ];
  const chosen = typed.values["rig"] ?? rig ?? data.items[0]?.rig;
  return [stateOf(data.items.find((each) => each.rig === chosen)), beadForm(data.items, { town, chosen }, typed)];
}

function stateOf(rig: RigView | undefined): Html {
  if (rig === undefined || rig.state === "ready") return html``;
  if (rig.state === "registering")
    return html`<p class="banner wait" role="status">
      <code>${rig.rig}</code> is being made ready. You need not wait for it: work begins when it is.
    </p>`;
  return html`<p class="banner bad" role="alert">
    <code>${rig.rig}</code> cannot be used${rig.stateReason === null ? "" : `: ${rig.stateReason}`}
  </p>`;
}

function beadForm(
  rigs: readonly RigView[],
  { town, chosen }: { town: string; chosen: string | undefined },
  typed: Typed,
): Html {
  return html`<form method="post" action="/onboarding/bead">
    ${formKey()}<input type="hidden" name="town" value="${town}" />
    <label for="rig">Repository</label>
    <select id="rig" name="rig">
      ${rigs.map(({ rig }) => html`<option value="${rig}" ${rig === chosen ? "selected" : ""}>${rig}</option>`)}
    </select>
    ${field({ name: "title", label: "What is to be done", hint: "in a line" }, typed)}
    <label for="body">In detail <small>may be empty</small></label>
    <textarea id="body" name="body">${typed.values["body"] ?? ""}</textarea>
    <button>Give it to the town</button>
  </form>`;
}

const form = createBead.data.pick({ rig: true, title: true, body: true });

/** The town has such a work item; answers where to go on. */
export async function makeBead(
  request: SignedRequest,
  town: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  demand(request.identity, { scope: "write", town });
  const data = readForm(form, values);
  const sending = { descriptor: createBead, town, data, body: data };
  const verdict = await carryOut(sending, commandRequest(request, values["key"] ?? null), request.browser.gateway);
  return wizardPath({ step: "done", town, rig: data.rig, bead: madeBead(verdict) });
}
