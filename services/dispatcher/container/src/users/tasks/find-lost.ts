import { whatIsLost, type LeftPlaces } from "../../git/what-is-lost.ts";
import type { Doing } from "../task.ts";
import { gitPlace, type ToldPlace } from "./git-place.ts";

/** What would be lost with an agent's clones and worktrees, one reason for each. */
export function findLost({ git, left }: { git: ToldPlace; left: LeftPlaces }, how: Doing): Promise<string[]> {
  return whatIsLost(gitPlace(git, how), left);
}
