import { handIn, type HandedIn } from "../../git/hand-in.ts";
import type { Doing } from "../task.ts";
import { gitPlace, type ToldPlace } from "./git-place.ts";

interface HandingIn {
  git: ToldPlace;
  work: { branch: string; base: string };
}

/** A polecat's branch is on the forge, or it is told what to do first. */
export function handInBranch({ git, work }: HandingIn, how: Doing): Promise<HandedIn> {
  return handIn(gitPlace(git, how), work);
}
