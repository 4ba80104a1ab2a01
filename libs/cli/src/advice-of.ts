import type { ApiError } from "@gastown/client";

/** What lists the things of a collection of the API, as its paths name it. */
const lists: Readonly<Record<string, string>> = {
  towns: "gastown town ls",
  rigs: "gastown rig ls",
  beads: "gastown bead ls",
  agents: "gastown agent ls",
  pulls: "gastown pr ls",
  convoys: "gastown convoy ls",
  molecules: "gastown bead ls --type molecule",
  nudges: "gastown nudges",
  hooks: "gastown hook ls",
  "dead-letters": "gastown dlq ls",
  tokens: "gastown token ls",
};

/** Codes of what is not there, with the collection it would be in. */
const missing: Readonly<Record<string, string>> = {
  town_not_found: "towns",
  rig_not_found: "rigs",
  bead_not_found: "beads",
  agent_not_found: "agents",
  pr_not_found: "pulls",
  convoy_not_found: "convoys",
  molecule_not_found: "molecules",
  nudge_not_found: "nudges",
  dead_letter_not_found: "dead-letters",
  token_not_found: "tokens",
};

/** What the API advises in its own words, in those of the command line. */
const said: Readonly<Record<string, string>> = {
  invalid: "Correct that and run it again; --help shows how the command is used.",
  unauthenticated: "Set GASTOWN_TOKEN: `gastown up` prints the first token, `gastown token create` makes more.",
  mayor_not_found: "gastown mayor ensure makes and starts it; a message to it does so, too.",
  stopped: "Let it go on first: gastown thaw.",
  not_followed: "Adopt it first: gastown pr adopt <pull>.",
};

/** Of what is not there by this path: `/v1/towns/<town>/<collection>/…`, or a collection of the installation's. */
function listAt(path: string): string | undefined {
  const [, , first = "", , inTown] = path.split("/");
  return lists[inTown ?? first];
}

/** What a person at the command line does next about a problem that the API told. */
export function adviceOf({ code, instance, advice }: ApiError["problem"]): string {
  const list = code === "not_found" ? listAt(instance) : lists[missing[code] ?? ""];
  return list === undefined ? (said[code] ?? advice) : `${list} lists what there is.`;
}
