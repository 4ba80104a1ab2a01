import { updateCheckout, type ShownCommit, type WantedCheckout } from "../../git/checkout.ts";
import type { Doing } from "../task.ts";
import { gitPlace, type ToldPlace } from "./git-place.ts";

/** A folder shows a rig's code, for reading. */
export function showCheckout(want: { git: ToldPlace; checkout: WantedCheckout }, how: Doing): Promise<ShownCommit> {
  return updateCheckout(gitPlace(want.git, how), want.checkout);
}
