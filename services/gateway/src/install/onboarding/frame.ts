import { newId } from "@gastown/contracts";
import { html, type Html } from "../../docs/html.ts";
import type { Problem } from "../../problem.ts";
import { answerPage, type SignedRequest } from "../browser.ts";
import { installBanner } from "../pages/install-banner.ts";
import { pageOf } from "../pages/layout.ts";
import { steps, wizardPath, type Step, type Wizard } from "./wizard.ts";

/** What a form is shown with: what was typed, and why it was not taken. */
export interface Typed {
  readonly values: Readonly<Record<string, string>>;
  readonly problem: Problem | null;
}

const names: Record<Step, string> = {
  town: "Town",
  github: "GitHub",
  repo: "Repository",
  bead: "First bead",
  done: "Done",
};

/** One step of the set-up as a page: the way, what was said, and the step itself. */
export function stepPage(
  request: SignedRequest,
  { wizard, typed, body }: { wizard: Wizard; typed: Typed; body: Html | Html[] },
): Response {
  const { c, identity, query } = request;
  const { problem } = typed;
  const banner = problem === null ? installBanner(query) : { tone: "bad" as const, text: problem.message };
  const parts = [way(wizard), ...(Array.isArray(body) ? body : [body])];
  return answerPage(c, pageOf({ title: names[wizard.step], identity, banner, body: parts }), problem?.status);
}

/** Steps that can be gone to from here are links. */
function way(wizard: Wizard): Html {
  return html`<nav aria-label="Steps">
    <ol class="steps">
      ${steps.map((step) =>
        step === wizard.step
          ? html`<li aria-current="step">${names[step]}</li>`
          : html`<li>
              ${
                wizard.town === null || step === "done"
                  ? names[step]
                  : html`<a href="${wizardPath({ ...wizard, step })}">${names[step]}</a>`
              }
            </li>`,
      )}
    </ol>
  </nav>`;
}

/** Part of each form: sent twice, it is done once. */
export function formKey(): Html {
  return html`<input type="hidden" name="key" value="${newId()}" />`;
}

/** One line of a form. */
export function field(
  {
    name,
    label,
    hint = "",
    ...input
  }: { name: string; label: string; hint?: string; pattern?: string; optional?: boolean },
  { values }: Typed,
): Html {
  const pattern = input.pattern === undefined ? "" : html`pattern="${input.pattern}"`;
  return html`<label for="${name}">${label} <small>${hint}</small></label>
    <input id="${name}" name="${name}" value="${values[name] ?? ""}" ${pattern} ${input.optional ? "" : "required"} />`;
}
