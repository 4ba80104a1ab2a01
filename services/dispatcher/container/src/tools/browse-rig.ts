import { listRigs, rigId } from "@gastown/contracts";
import { z } from "zod";
import type { Checkout } from "../agents/rig-checkouts.ts";
import { defineTool } from "./agent-tool.ts";

function shownText({ path, shows }: Checkout): string {
  if (shows === null) return `Nothing was fetched since you began; what lies in ${path}, if anything, is older.`;
  const { head, committedAt, subject, fetchedAt } = shows;
  return `${path} shows ${head} of ${committedAt} (${subject}), fetched ${fetchedAt.toISOString()}.`;
}

/** Brings the mayor's checkout of a rig up to date. */
export const browseRig = defineTool({
  name: "browse_rig",
  description:
    "Fetches the code of a rig as it is now and says in which folder it lies, at which commit of the default branch. It is for reading: changes there are lost.",
  input: z.object({ rig: rigId.describe("The rig, as gt_list_rigs names it") }),
  async call({ rig }, { run, town, checkouts }) {
    const { items } = await town.query(listRigs, { limit: 200 });
    const found = items.find((item) => item.rig === rig);
    if (found === undefined) return `There is no rig ${rig}. The rigs: ${items.map((item) => item.rig).join(", ")}`;
    const { defaultBranch } = found;
    if (defaultBranch === null) return `${rig} is not ready: ${found.stateReason ?? "it is still being looked at"}`;
    const checkout = await checkouts.refresh(run, { rig, defaultBranch });
    if (checkout.underWay) return `${rig} is still being fetched. ${shownText(checkout)} Call this again later.`;
    if (checkout.problem !== null) return `${rig} cannot be fetched: ${checkout.problem} ${shownText(checkout)}`;
    return shownText(checkout);
  },
});
