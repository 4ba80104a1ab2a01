import { newId } from "@gastown/contracts";
import type { PullRef } from "../forge.ts";
import type { ContractRepo, ContractWorld } from "./contract-world.ts";

export interface OpenedPull {
  readonly repo: ContractRepo;
  readonly ref: PullRef;
  readonly head: string;
  readonly branch: string;
}

interface OpeningWish {
  readonly repo?: ContractRepo;
  readonly branch?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly base?: string;
  readonly draft?: boolean;
}

/** A context for calls that are let go on. */
export const freely = { signal: new AbortController().signal };

/** An open pull request, by default of one changed file into `main` of a repository of its own. */
export async function openPull(world: ContractWorld, wish: OpeningWish = {}): Promise<OpenedPull> {
  const { branch = "gt/toast/gt-1", files = { "src/new.txt": "new\n" }, base = "main", draft = false } = wish;
  const repo = wish.repo ?? (await world.repository());
  const head = await repo.push(branch, files);
  const { town, rig } = repo.ref;
  const draftOfPull = { id: newId(), town, rig, head: branch, base, title: "Do it", body: "As asked.", draft };
  await repo.expectPull(draftOfPull);
  const opened = await world.forge.openPr(draftOfPull, freely);
  if (opened.outcome !== "opened") throw new Error(`it was not opened: ${JSON.stringify(opened)}`);
  return { repo, ref: { town, rig, number: opened.number }, head, branch };
}
