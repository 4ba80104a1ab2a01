import type { MoleculeView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { moleculeView } from "../../domain/molecule.ts";
import { loadBeads } from "../load-beads.ts";

/** One molecule with its steps; null when there is none. */
export async function getMolecule(tx: Tx, town: string, id: string): Promise<MoleculeView | null> {
  const [molecule] = await loadBeads(tx, town, [id]);
  return molecule?.type === "molecule" ? moleculeView(molecule, await loadBeads(tx, town, molecule.steps)) : null;
}
