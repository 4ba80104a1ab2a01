import type { Logger } from "@gastown/telemetry";
import { z } from "zod";
import type { CallContext } from "../forge.ts";
import { addRules, noRules, type BranchRules } from "./branch-rules.ts";
import type { GithubClient } from "./github-client.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";

/** Rules of branches as rulesets have them; classic protection comes with each snapshot. */
export interface RuleBook {
  rulesOf(place: Place, branch: string, context: CallContext): Promise<BranchRules>;
  /** Rules of this repository have changed: they are read again before they are used. */
  drop(remoteId: string): void;
}

interface Sources {
  readonly client: GithubClient;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly logger: Logger;
}

interface Kept {
  readonly rules: BranchRules;
  readonly etag: string | null;
  /** Milliseconds since 1970; long ago when it is to be asked again. */
  readonly readAt: number;
}

/** scm §1.5: changes come by webhook, and what has none is seen after this time. */
const keptMs = 10 * 60_000;
const rulesAPage = 100;
const mostPages = 5;
/** Branches of convoys come and go. */
const mostBranches = 200;

export function createRuleBook({ client, clock, logger }: Sources): RuleBook {
  const kept = new Map<string, Map<string, Kept>>();
  const read = async (place: Place, branch: string, context: CallContext): Promise<Kept> => {
    const known = kept.get(place.remoteId)?.get(branch);
    const readAt = clock();
    if (known !== undefined && readAt - known.readAt < keptMs) return known;
    const page = await readPage(client, { place, branch, page: 1, etag: known?.etag ?? null }, context);
    if (page.status === 304 && known !== undefined) return { ...known, readAt };
    if (page.status === 200) return { ...(await readRest(client, { place, branch, first: page }, context)), readAt };
    // 403 also where a plan has no rulesets at all. What GitHub enforces still shows as BLOCKED.
    logger.warn({ ...place.rig, branch, status: page.status }, "rules of the branch cannot be read; taken for none");
    return { rules: noRules, etag: null, readAt };
  };
  return {
    rulesOf: async (place, branch, context) => {
      const found = await read(place, branch, context);
      const branches = kept.get(place.remoteId) ?? new Map<string, Kept>();
      if (branches.size >= mostBranches) branches.clear();
      kept.set(place.remoteId, branches.set(branch, found));
      return found.rules;
    },
    drop: (remoteId) => {
      // The tag is kept: what has not changed after all costs nothing to ask for (scm §1.10).
      for (const [branch, entry] of kept.get(remoteId) ?? [])
        kept.get(remoteId)?.set(branch, { ...entry, readAt: -keptMs });
    },
  };
}

/** The pages after the first one. A tag is of one page only, so that there is none for several. */
async function readRest(
  client: GithubClient,
  { place, branch, first }: { place: Place; branch: string; first: Page },
  context: CallContext,
): Promise<Pick<Kept, "rules" | "etag">> {
  let { rules } = first;
  for (let page = 2, last = first; last.full && page <= mostPages; page += 1) {
    last = await readPage(client, { place, branch, page, etag: null }, context);
    rules = addRules(rules, last.rules);
  }
  return { rules, etag: first.full ? null : first.etag };
}

interface PageOrder {
  readonly place: Place;
  readonly branch: string;
  readonly page: number;
  readonly etag: string | null;
}

interface Page {
  readonly status: number;
  readonly rules: BranchRules;
  readonly etag: string | null;
  readonly full: boolean;
}

async function readPage(
  client: GithubClient,
  { place, branch, page, etag }: PageOrder,
  context: CallContext,
): Promise<Page> {
  const { status, headers, data } = await client.rest({
    operation: "read rules",
    route: "GET /repos/{owner}/{repo}/rules/branches/{branch}",
    parameters: { owner: place.owner, repo: place.name, branch, per_page: rulesAPage, page },
    headers: etag === null ? {} : { "if-none-match": etag },
    answers: [304, 403, 404],
    access: place.access,
    context,
  });
  if (status !== 200) return { status, rules: noRules, etag: null, full: false };
  const found = parseAnswer(z.array(rule), data, { operation: "read rules" });
  const rules = found.map(readRule).reduce(addRules, noRules);
  return { status, rules, etag: String(headers["etag"] ?? "") || null, full: found.length === rulesAPage };
}

const rule = z.object({ type: z.string(), parameters: z.unknown().optional() });

const reviews = z.object({
  required_approving_review_count: z.number().default(0),
  required_review_thread_resolution: z.boolean().default(false),
  allowed_merge_methods: z.array(z.string()).nullish(),
});

const statusChecks = z.object({
  required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })).default([]),
  strict_required_status_checks_policy: z.boolean().default(false),
});

/** One rule; what a decision does not need by name still shows in GitHub's own word for all rules. */
function readRule({ type, parameters }: z.infer<typeof rule>): BranchRules {
  const read = <T>(schema: z.ZodType<T>) => parseAnswer(schema, parameters ?? {}, { operation: `read rule ${type}` });
  switch (type) {
    case "pull_request": {
      const given = read(reviews);
      return {
        ...noRules,
        approvals: given.required_approving_review_count,
        conversations: given.required_review_thread_resolution,
        methods: given.allowed_merge_methods ?? null,
      };
    }
    case "required_status_checks": {
      const given = read(statusChecks);
      const checks = given.required_status_checks.map(({ context, integration_id: app }) => ({
        name: context,
        app: app ?? null,
      }));
      return { ...noRules, checks, strict: given.strict_required_status_checks_policy };
    }
    case "required_linear_history":
      return { ...noRules, linearHistory: true };
    case "merge_queue":
      return { ...noRules, queue: true };
    default:
      return noRules;
  }
}
