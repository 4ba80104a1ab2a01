import { demand } from "../../identify.ts";
import { html, type Html } from "../../docs/html.ts";
import { problemOf } from "../../problem-of.ts";
import { formOf, goTo, type SignedRequest } from "../browser.ts";
import { townId } from "@gastown/contracts";
import { readForm } from "./read-form.ts";
import { z } from "zod";
import { beadStep, makeBead } from "./bead-step.ts";
import { doneStep } from "./done-step.ts";
import { stepPage, type Typed } from "./frame.ts";
import { githubStep } from "./github-step.ts";
import { makeRig, repoStep } from "./repo-step.ts";
import { makeTown, readTowns, townLinks, townStep } from "./town-step.ts";
import { wizardOf, wizardPath, type Step, type Wizard } from "./wizard.ts";

const untouched: Typed = { values: {}, problem: null };

/** The step that the address says; for a step that is about a town, and none is said, which one it is about. */
export async function showStep(request: SignedRequest): Promise<Response> {
  const wizard = wizardOf(request.query);
  const town = wizard.town ?? request.identity.town;
  if (town === null && wizard.step !== "town") return chooseTown(request, wizard);
  return showPlace(request, { ...wizard, town }, untouched);
}

/** With one town there is nothing to choose. What came with the address goes on with it. */
async function chooseTown(request: SignedRequest, wizard: Wizard): Promise<Response> {
  const towns = await readTowns(request);
  const { step } = wizard;
  if (towns.length === 0) return goTo(request.c, wizardPath({ step: "town" }));
  const [only] = towns;
  if (towns.length === 1 && only !== undefined) return showPlace(request, { ...wizard, town: only.town }, untouched);
  const body = [html`<h2>Which town is it about?</h2>`, townLinks(towns, { step, query: request.query })];
  return stepPage(request, { wizard, typed: untouched, body });
}

async function showPlace(request: SignedRequest, wizard: Wizard, typed: Typed): Promise<Response> {
  return stepPage(request, { wizard, typed, body: await bodyOf(request, wizard, typed) });
}

function bodyOf(request: SignedRequest, wizard: Wizard, typed: Typed): Promise<Html[]> {
  const { step, town, rig, bead } = wizard;
  if (step === "town" || town === null) return townStep(request, typed);
  demand(request.identity, { scope: "read", town });
  switch (step) {
    case "github":
      return githubStep(request, town);
    case "repo":
      return repoStep(request, town, typed);
    case "bead":
      return beadStep(request, { town, rig }, typed);
    case "done":
      return bead === null ? beadStep(request, { town, rig }, typed) : doneStep(request, { town, rig, bead });
  }
}

type Making = (request: SignedRequest, values: Readonly<Record<string, string>>) => Promise<string>;
const ofTown = z.object({ town: townId });
const inTown =
  (make: (request: SignedRequest, town: string, values: Readonly<Record<string, string>>) => Promise<string>): Making =>
  (request, values) =>
    make(request, readForm(ofTown, values).town, values);

/** What each step's form makes. */
const makings = { town: makeTown, repo: inTown(makeRig), bead: inTown(makeBead) } satisfies Partial<
  Record<Step, Making>
>;

/**
 * What was filled in at a step is made, and the next step is shown. What is refused is shown again with the reason and with what was
 * typed.
 */
export function takeStep(step: keyof typeof makings): (request: SignedRequest) => Promise<Response> {
  return async (request) => {
    const values = await formOf(request);
    try {
      return goTo(request.c, await makings[step](request, values));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) throw error;
      const wizard = wizardOf({ ...values, step });
      const town = step === "town" ? null : wizard.town;
      return showPlace(request, { ...wizard, town }, { values, problem });
    }
  };
}
