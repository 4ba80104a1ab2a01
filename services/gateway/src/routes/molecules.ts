import { advanceMolecule, beadId, createMolecule, getMolecule, type Verdict } from "@gastown/contracts";
import { z } from "zod";
import { molecule } from "../api/named-schemas.ts";
import { beadPath, moleculePath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import { parseFormula } from "../formulas/parse-formula.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Molecules";
const moleculeResult = z.object({ molecule: beadId });

function madeMolecule(verdict: Verdict): string {
  return moleculeResult.parse(verdict.result).molecule;
}

export const moleculeOperations: Operation[] = [
  commandOperation({
    id: "createMolecule",
    method: "post",
    path: "/v1/towns/{town}/beads/{bead}/molecule",
    tag,
    summary: "Give an open work item the steps of a formula",
    description:
      "Its agent walks through them and cannot finish before. `formula` is a TOML text: `name`, `description`, `[vars]` (a default, or `required = true`), and `[[steps]]` with `id`, `title`, `body` and `needs`. `{{name}}` in a text is the variable's value.",
    params: beadPath,
    body: z.strictObject({
      formula: z.string().min(1).max(200_000).describe("The formula file, TOML"),
      vars: z.record(z.string(), z.string().max(10_000)).default({}).describe("Values of its variables"),
    }),
    descriptor: createMolecule,
    town: ({ params }) => params.town,
    subject: ({ params }) => `bead/${params.bead}`,
    data: ({ params, body }) => ({ bead: params.bead, formula: parseFormula(body.formula, body.vars) }),
    status: 201,
    reply: molecule,
    read: ({ params }, verdict, context) =>
      askOwner(context, getMolecule, { town: params.town, data: { molecule: madeMolecule(verdict) } }),
    location: ({ params }, verdict) => `/v1/towns/${params.town}/molecules/${madeMolecule(verdict)}`,
  }),
  operation({
    id: "getMolecule",
    method: "get",
    path: "/v1/towns/{town}/molecules/{molecule}",
    tag,
    summary: "Show a molecule with its steps",
    scope: "read",
    params: moleculePath,
    reply: molecule,
    handle: ({ params }, { signal }, context) =>
      askOwner(context, getMolecule, { town: params.town, data: { molecule: params.molecule }, signal }),
  }),
  commandOperation({
    id: "advanceMolecule",
    method: "post",
    path: "/v1/towns/{town}/molecules/{molecule}/advance",
    tag,
    summary: "Say that a ready step of a molecule is done, or failed",
    description: "A step that is done already changes nothing.",
    params: moleculePath,
    body: advanceMolecule.data.omit({ molecule: true }).strict(),
    descriptor: advanceMolecule,
    town: ({ params }) => params.town,
    subject: ({ params }) => `bead/${params.molecule}`,
    data: ({ params, body }) => ({ ...body, molecule: params.molecule }),
    reply: molecule,
    read: ({ params }, _, context) =>
      askOwner(context, getMolecule, { town: params.town, data: { molecule: params.molecule } }),
  }),
];
