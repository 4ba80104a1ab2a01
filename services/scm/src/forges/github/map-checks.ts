import type { CheckResult, Checks } from "../../domain/snapshot.ts";
import type { RequiredCheck } from "./branch-rules.ts";
import { ownCheckName } from "./own-check.ts";
import type { ContextNode } from "./pull-answer.ts";

export interface CheckReading {
  /** The newest commit; null when the pull request has none. */
  readonly commit: string | null;
  /** GitHub's one word for all checks; null without any. */
  readonly rollup: string | null;
  readonly contexts: readonly ContextNode[];
  /** All contexts were read. */
  readonly complete: boolean;
}

type Light = "green" | "red" | "pending" | "expected" | "unknown";

interface Seen {
  readonly name: string;
  readonly light: Light;
  /** GitHub's word. */
  readonly word: string;
  readonly url: string | null;
  readonly isRequired: boolean;
  /** Null for a commit status, which anybody may set. */
  readonly app: number | null;
}

export interface MappedChecks {
  readonly checks: Checks;
  /** Our own check, and nothing else, keeps GitHub from calling all checks good. */
  readonly onlyOursWaits: boolean;
}

/** The checks of a head in the words of no forge, without our own (scm §1.4). */
export function mapChecks(reading: CheckReading, rules: readonly RequiredCheck[]): MappedChecks {
  const contexts = newestOfEach(reading.contexts);
  const ours = contexts.filter((node) => nameOf(node) === ownCheckName).map(see);
  const seen = contexts.filter((node) => nameOf(node) !== ownCheckName).map(see);
  const needed = rules.filter((rule) => rule.name !== ownCheckName);
  const isRequired = (check: Seen) => check.isRequired || needed.some((rule) => meets(check, rule));
  const required = seen.filter(isRequired);
  const optional = seen.filter((check) => !isRequired(check));
  const missing = [
    ...required.filter((check) => check.light === "expected").map((check) => check.name),
    ...needed.filter((rule) => !seen.some((check) => meets(check, rule))).map((rule) => rule.name),
  ];
  const checks: Checks = {
    total: seen.length,
    required: {
      failing: required.filter((check) => check.light === "red").map(toResult),
      pending: required.filter(notYet).map(toResult),
      missing: reading.complete ? [...new Set(missing)] : [],
    },
    optional: {
      failing: optional.filter((check) => check.light === "red").map(toResult),
      pending: optional.filter((check) => notYet(check) || check.light === "expected").map(toResult),
    },
    complete: reading.complete,
    rollup: rollupOf(reading, seen),
    forHead: reading.commit,
  };
  return { checks, onlyOursWaits: reading.complete && ours.some(isNotGood) && !seen.some(isNotGood) };
}

/** A word we do not know is not good, and not bad enough to send the author back. */
function notYet({ light }: Seen): boolean {
  return light === "pending" || light === "unknown";
}

function isNotGood(check: Seen): boolean {
  return check.light !== "green";
}

function meets(check: Seen, rule: RequiredCheck): boolean {
  return check.name === rule.name && (rule.app === null || check.app === null || check.app === rule.app);
}

function nameOf(node: ContextNode): string {
  return node.kind === "CheckRun" ? node.name : node.context;
}

function see(node: ContextNode): Seen {
  const { isRequired } = node;
  if (node.kind === "StatusContext") {
    const { context: name, state: word, targetUrl: url } = node;
    return { name, word, url, isRequired, app: null, light: statusLights.get(word) ?? "unknown" };
  }
  const ended = node.status === "COMPLETED";
  const word = ended ? (node.conclusion ?? "COMPLETED") : node.status;
  const light = (ended ? conclusionLights : runningLights).get(word) ?? "unknown";
  return {
    name: node.name,
    word,
    url: node.detailsUrl,
    isRequired,
    app: node.checkSuite.app?.databaseId ?? null,
    light,
  };
}

const conclusionLights: ReadonlyMap<string, Light> = new Map([
  ["SUCCESS", "green"],
  ["NEUTRAL", "green"],
  ["SKIPPED", "green"],
  ["FAILURE", "red"],
  ["TIMED_OUT", "red"],
  ["CANCELLED", "red"],
  ["ACTION_REQUIRED", "red"],
  ["STARTUP_FAILURE", "red"],
  ["STALE", "red"],
]);

const runningLights: ReadonlyMap<string, Light> = new Map([
  ["QUEUED", "pending"],
  ["IN_PROGRESS", "pending"],
  ["WAITING", "pending"],
  ["PENDING", "pending"],
  ["REQUESTED", "pending"],
]);

const statusLights: ReadonlyMap<string, Light> = new Map([
  ["SUCCESS", "green"],
  ["FAILURE", "red"],
  ["ERROR", "red"],
  ["PENDING", "pending"],
  ["EXPECTED", "expected"],
]);

/** What the author needs: GitHub's word where it says more than that it failed, and the link. */
function toResult({ name, light, word, url }: Seen): CheckResult {
  const said = word === "FAILURE" || light === "pending" ? "" : `GitHub says ${word}`;
  return { name, detail: [said, url ?? ""].filter((part) => part !== "").join(" ") };
}

const rollupWords: ReadonlyMap<string, Checks["rollup"]> = new Map([
  ["SUCCESS", "success"],
  ["FAILURE", "failure"],
  ["ERROR", "failure"],
  ["PENDING", "pending"],
  ["EXPECTED", "pending"],
]);

/** From the checks themselves where all were read, because GitHub's word counts ours in. */
function rollupOf({ complete, rollup }: CheckReading, seen: readonly Seen[]): Checks["rollup"] {
  if (!complete) return rollup === null ? "none" : (rollupWords.get(rollup) ?? "other");
  const has = (light: Light) => seen.some((check) => check.light === light);
  if (has("unknown")) return "other";
  if (has("red")) return "failure";
  if (has("pending") || has("expected")) return "pending";
  return seen.length > 0 ? "success" : "none";
}

/** A job that ran again is told once for each run; the newest run is what counts. */
function newestOfEach(nodes: readonly ContextNode[]): ContextNode[] {
  const newest = new Map<string, ContextNode>();
  for (const node of nodes) {
    const key = identityOf(node);
    const before = newest.get(key);
    if (before === undefined || startOf(node) >= startOf(before)) newest.set(key, node);
  }
  return [...newest.values()];
}

/** One workflow may have a job of the same name as another's; where it is not told, no run stands for another. */
function identityOf(node: ContextNode): string {
  if (node.kind === "StatusContext") return JSON.stringify(["status", node.context]);
  const { app, workflowRun } = node.checkSuite;
  const slug = app?.slug ?? null;
  if (workflowRun) return JSON.stringify([slug, node.name, workflowRun.workflow.name, workflowRun.event]);
  return slug === "github-actions" ? node.id : JSON.stringify([slug, node.name]);
}

/** One that has not begun is the newest. */
function startOf(node: ContextNode): string {
  return node.kind === "CheckRun" ? (node.startedAt ?? "~") : "";
}
