import { createTown, getTown, listTowns, noTown, townId } from "@gastown/contracts";
import { askOwner } from "../../ask-owner.ts";
import { carryOut } from "../../commands/send.ts";
import { html, type Html } from "../../docs/html.ts";
import { demand } from "../../identify.ts";
import { commandRequest, type SignedRequest } from "../browser.ts";
import { readForm } from "./read-form.ts";
import { field, formKey, type Typed } from "./frame.ts";
import { wizardPath, type Step } from "./wizard.ts";

/** The towns this person may see. */
export async function readTowns({ browser, identity, c }: SignedRequest): Promise<{ town: string; name: string }[]> {
  const { signal } = c.req.raw;
  if (identity.town !== null) {
    const { data } = await askOwner(browser.gateway, getTown, { town: identity.town, data: {}, signal });
    return [data];
  }
  const { data } = await askOwner(browser.gateway, listTowns, { town: noTown, data: { limit: 200 }, signal });
  return data.items;
}

/** Towns to go on with at a step, by name. `query`: what the address says besides, and goes along. */
export function townLinks(
  towns: readonly { town: string; name: string }[],
  { step, query }: { step: Step; query?: Readonly<Record<string, string>> },
): Html {
  return html`<ul class="list">
    ${towns.map(({ town, name }) => {
      const path =
        query === undefined
          ? wizardPath({ step, town })
          : `/onboarding?${new URLSearchParams({ ...query, step, town }).toString()}`;
      return html`<li><a href="${path}">${name}</a> <span class="dim">${town}</span></li>`;
    })}
  </ul>`;
}

/** Which town it is about: one there is, or a new one. */
export async function townStep(request: SignedRequest, typed: Typed): Promise<Html[]> {
  const towns = await readTowns(request);
  return [
    ...(towns.length === 0 ? [] : [html`<h2>Go on with a town</h2>`, townLinks(towns, { step: "github" })]),
    html`<h2>Make a town</h2>
      <form method="post" action="/onboarding/town">
        ${formKey()} ${field({ name: "name", label: "Name", hint: "for people" }, typed)}
        ${field({ name: "town", label: "Id", hint: "1-32 of a-z, 0-9 and -", pattern: "[a-z0-9]([a-z0-9\\-]{0,30}[a-z0-9])?" }, typed)}
        <button>Make the town</button>
      </form>`,
  ];
}

const form = createTown.data.pick({ name: true }).extend({ town: townId });

/** There is such a town; answers where to go on. */
export async function makeTown(request: SignedRequest, values: Readonly<Record<string, string>>): Promise<string> {
  demand(request.identity, { scope: "admin", installation: true });
  const { town, name } = readForm(form, values);
  const sending = { descriptor: createTown, town, data: { name }, body: { town, name } };
  await carryOut(sending, commandRequest(request, values["key"] ?? null), request.browser.gateway);
  return wizardPath({ step: "github", town });
}
