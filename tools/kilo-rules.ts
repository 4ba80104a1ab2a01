/**
 * What became of each rule and each weakness of the best-known system (kilo-town §3 and §11): `by` names files of
 * `services/town/src/domain/rules` (without `.ts`), or says where else it is done.
 */
export interface Replaced {
  readonly id: string;
  readonly was: string;
  readonly is: string;
  /** Rules that do it. */
  readonly rules?: readonly string[];
  /** Where it is done when no rule does it. */
  readonly where?: string;
}

export const kiloRules: readonly Replaced[] = [
  {
    id: "A1, A2",
    was: "a working agent without a heartbeat for 90 s becomes idle",
    is: "its work is released as well, at the moment it is due; silence while the town service itself was deaf does not count",
    rules: ["release-lost-work"],
  },
  {
    id: "A3",
    was: "a working agent without a hook becomes idle",
    is: "the same, and its process is ended",
    rules: ["stop-finished-agents"],
  },
  {
    id: "A4",
    was: "a stalled agent rests for 2 h 30",
    is: "it may work again as soon as its process has ended, after 2 h 30 at the latest",
    rules: ["revive-stalled-agents"],
  },
  {
    id: "A5",
    was: "an agent's own dispatch counter is reset after 30 min",
    is: "agents have no counter: attempts belong to beads and end with progress",
    where: "`domain/evolve/request-steps.ts`",
  },
  {
    id: "A6, A7",
    was: "an idle agent lets a missing or ended bead go",
    is: "the same for every agent",
    rules: ["stop-finished-agents"],
  },
  {
    id: "A8",
    was: "an idle agent's open bead is taken from it after 90 s",
    is: "it is dispatched at once, or released with a reason",
    rules: ["dispatch", "release-lost-work"],
  },
  {
    id: "B1",
    was: "open beads are dispatched",
    is: "assigned by urgency within caps, then dispatched",
    rules: ["assign-open-bead", "dispatch"],
  },
  { id: "B1b", was: "an assignee that is not hooked is cleared", is: "the same", rules: ["release-lost-work"] },
  {
    id: "B2",
    was: "an idle hooked agent is dispatched",
    is: "the same, refused by what came up in between",
    rules: ["dispatch"],
  },
  {
    id: "B3",
    was: "work in progress without an agent is reopened after 5 min",
    is: "at once: the end and the silence of an agent are facts",
    rules: ["release-lost-work"],
  },
  {
    id: "B4",
    was: "a bead in review whose requests all ended is closed or reopened after 5 min",
    is: "at once",
    rules: ["close-merged", "end-abandoned", "release-lost-work"],
  },
  {
    id: "R1",
    was: "open pull requests are polled each minute and merged",
    is: "the forge tells; what is ready is merged pinned to its head",
    rules: ["merge-when-ready"],
  },
  {
    id: "R2, R3",
    was: "a request nobody reads is reopened after 2 or 30 min",
    is: "a reader's end and silence are facts",
    rules: ["release-lost-work", "request-review"],
  },
  {
    id: "R4",
    was: "an open pull request fails after 30 min without an agent",
    is: "nothing fails by waiting; a lost reader is sent again",
    rules: ["request-review"],
  },
  {
    id: "R5, R6",
    was: "the rig's refinery reads the oldest request",
    is: "the same, one at a time, with cool-down and cap; then a person is asked",
    rules: ["request-review"],
  },
  {
    id: "R7",
    was: "a refinery whose request ended is stopped",
    is: "every agent whose bead ended is",
    rules: ["stop-finished-agents"],
  },
  {
    id: "RF",
    was: "without code review a request with a pull request is polled",
    is: "it is merged when the forge says ready",
    rules: ["merge-when-ready"],
  },
  {
    id: "RO",
    was: "without code review a request without a pull request fails",
    is: "the town opens the pull request itself and asks again until the forge tells of it",
    rules: ["request-review"],
  },
  { id: "§3.5 1, 2", was: "progress is recounted", is: "told when it changes", rules: ["tell-convoy-progress"] },
  {
    id: "§3.5 3–6",
    was: "a convoy lands in the first rig",
    is: "it lands in each of its rigs, with the same cool-down and cap",
    rules: ["prepare-convoy-branch", "land-convoy", "close-convoy", "fail-convoy"],
  },
  {
    id: "§3.6",
    was: "stuck agents are nudged, escalated, stopped",
    is: "the same thresholds, by activity and not by heartbeat",
    rules: ["nudge-stuck-agents", "stall-stuck-agents"],
  },
  {
    id: "§3.7",
    was: "unused agents are deleted after 24 h, never-started ones at once",
    is: "after 24 h from when they were made or last used",
    rules: ["collect-idle-agents"],
  },
  {
    id: "§3.9",
    was: "violated invariants are reported each tick",
    is: "repaired, and told once",
    rules: ["repair-invariants"],
  },
  {
    id: "§1.8 re-escalation",
    was: "raised every 4 h, three times",
    is: "the same, by exact due times; the mayor has it as mail",
    rules: ["re-raise-escalations", "tell-mayor"],
  },
  {
    id: "§1.8 triage",
    was: "a batch is sent to the first rig, again and again",
    is: "to a rig that works; a request is in two batches at most, then it waits for a person",
    rules: ["send-triage-batch", "close-moot-triage"],
  },
  {
    id: "§1.9",
    was: "mail and nudges are pushed each tick",
    is: "when they arrive, once, with a receipt",
    rules: ["announce-mail", "deliver-nudges"],
  },
  {
    id: "§3.3 breaker",
    was: "20 dispatched beads in 30 min stop the town",
    is: "20 failed attempts stop a town, 10 a rig, until they are old",
    rules: ["circuit-breaker"],
  },
  {
    id: "§1.10 molecules",
    was: "steps are closed with raw writes",
    is: "steps are issues an agent walks in the order of `needs`; it cannot hand in before",
    rules: ["end-molecules"],
  },
  {
    id: "§7.1",
    was: "the mayor is looked at when a user opens the town",
    is: "the same table, pure; facts that are on their way are rows of their own",
    rules: ["wake-mayor"],
    where: "`domain/decide-mayor.ts`",
  },
  {
    id: "§7.2",
    was: "a message starts the mayor or is lost",
    is: "it is a row until he was given it, whatever becomes of his starts",
    rules: ["wake-mayor", "deliver-nudges"],
  },
  {
    id: "§7.3, §7.4",
    was: "the mayor waits when its container calls back",
    is: "what was seen after it last began to work says so; its end and the town's stop let it rest",
    rules: ["rest-mayor"],
    where: "`domain/inputs/report-heartbeat.ts`",
  },
  {
    id: "§7.5",
    was: "a running mayor is given another model, best effort",
    is: "every running agent is, by a durable wish, and what is in effect is told back",
    rules: ["change-models"],
  },
];
