import * as contracts from "@gastown/contracts";
import type { Random } from "./random.ts";
import type { SimulatedBead, SimulatedView } from "./simulated-town.ts";
import type { Tell } from "./tell.ts";

const rigs = ["web", "api"] as const;

/** People who ask for work, change their minds, and stop things. */
export class SimulatedPeople {
  readonly #tell: Tell;
  readonly #random: Random;

  constructor(tell: Tell, random: Random) {
    this.#tell = tell;
    this.#random = random;
  }

  /** Somebody does something, most often something useful. */
  act(view: SimulatedView): void {
    const random = this.#random;
    const what = random.pick(deeds);
    what?.({ tell: this.#tell, random, view });
  }

  ask(view: SimulatedView): void {
    createBead({ tell: this.#tell, random: this.#random, view });
  }
}

interface Deed {
  readonly tell: Tell;
  readonly random: Random;
  readonly view: SimulatedView;
}

const ofType = (view: SimulatedView, type: string): SimulatedBead[] => view.beads.filter((bead) => bead.type === type);

function createBead({ tell, random, view }: Deed): void {
  const blocker = random.chance(0.3) ? random.pick(ofType(view, "issue")) : undefined;
  tell(contracts.createBead, {
    rig: random.pick(rigs) ?? "web",
    title: "Do it",
    priority: random.pick(contracts.priority.options) ?? "medium",
    held: random.chance(0.1),
    dependsOn: blocker === undefined ? [] : [blocker.bead],
  });
}

function createConvoy({ tell, random }: Deed): void {
  const n = 1 + random.below(4);
  const tasks = Array.from({ length: n }, (_, i) => ({
    rig: random.pick(rigs) ?? "web",
    title: `Part ${i}`,
    dependsOn: i > 0 && random.chance(0.5) ? [random.below(i)] : [],
  }));
  tell(contracts.createConvoy, {
    title: "Together",
    mergeMode: random.pick(contracts.mergeMode.options) ?? "review-then-land",
    staged: random.chance(0.2),
    tasks,
  });
}

/** Does something to a bead of a type, if there is one. */
function to(type: string, deed: (about: Deed & { readonly bead: string }) => void): (about: Deed) => void {
  return (about) => {
    const found = about.random.pick(ofType(about.view, type));
    if (found !== undefined) deed({ ...about, bead: found.bead });
  };
}

const deeds: readonly ((about: Deed) => void)[] = [
  createBead,
  createBead,
  createBead,
  createConvoy,
  to("issue", ({ tell, bead, random }) => tell(contracts.updateBead, { bead, held: random.chance(0.5) })),
  to("issue", ({ tell, bead }) => tell(contracts.slingBead, { bead })),
  to("issue", ({ tell, bead }) => tell(contracts.closeBead, { bead })),
  to("issue", ({ tell, bead }) => tell(contracts.deleteBeads, { beads: [bead] })),
  to("merge_request", ({ tell, bead }) => tell(contracts.slingBead, { bead })),
  to("convoy", ({ tell, bead }) => tell(contracts.startConvoy, { convoy: bead })),
  to("convoy", ({ tell, bead, random }) => {
    if (random.chance(0.3)) tell(contracts.closeConvoy, { convoy: bead });
  }),
  to("escalation", ({ tell, bead }) => tell(contracts.acknowledgeEscalation, { bead })),
  ({ tell, random, view }) => {
    const agent = random.pick(view.agents);
    if (agent !== undefined) tell(contracts.sendNudge, { agent: agent.agent, message: "How is it going?" });
  },
  ({ tell, random, view }) => {
    const agent = random.pick(view.agents);
    if (agent !== undefined) tell(contracts.sendMail, { to: agent.agent, subject: "News", body: "" });
  },
  ({ tell, random }) => {
    if (random.chance(0.7)) tell(contracts.tellMayor, { message: "How is the town?" });
    else tell(contracts.ensureMayor, {});
  },
  ({ tell, random }) => {
    if (random.chance(0.3)) tell(contracts.estopTown, { reason: "wait" });
  },
  ({ tell }) => tell(contracts.thawTown, {}),
  to("issue", ({ tell, bead, random, view }) => {
    const request = view.beads.find(({ kind, status }) => kind === "triage-request" && status === "open");
    if (request === undefined) return tell(contracts.slingBead, { bead });
    tell(contracts.resolveTriage, {
      bead: request.bead,
      action: random.pick(contracts.triageAction.options) ?? "NUDGE",
    });
  }),
];
