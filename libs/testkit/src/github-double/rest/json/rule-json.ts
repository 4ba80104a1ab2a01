import type { Json, JsonObject } from "../../ports.ts";
import type { BranchRules, RepositoryState } from "../../world/world-types.ts";
import { fullNameOf } from "./repository-json.ts";

/** The active rules of rulesets for one branch, as `GET /rules/branches/{branch}` lists them; classic protection is not among them [D]. */
export function branchRulesJson(repository: RepositoryState, rules: BranchRules | null): readonly Json[] {
  if (rules === null) return [];
  const source = {
    ruleset_source_type: "Repository",
    ruleset_source: fullNameOf(repository),
    ruleset_id: repository.id,
  };
  return [pullRequestRule(rules), checksRule(rules), queueRule(rules), deploymentsRule(rules), ...plainRules(rules)]
    .filter((rule) => rule !== null)
    .map((rule) => ({ ...rule, ...source }));
}

function pullRequestRule(rules: BranchRules): JsonObject | null {
  const { requiredApprovals, conversationResolution, codeOwnerReview, lastPushApproval, allowedMethods } = rules;
  const ruled =
    requiredApprovals !== null ||
    conversationResolution ||
    codeOwnerReview ||
    lastPushApproval ||
    allowedMethods !== null;
  if (!ruled) return null;
  return {
    type: "pull_request",
    parameters: {
      required_approving_review_count: requiredApprovals ?? 0,
      dismiss_stale_reviews_on_push: rules.dismissStale,
      require_code_owner_review: codeOwnerReview,
      require_last_push_approval: lastPushApproval,
      required_review_thread_resolution: conversationResolution,
      allowed_merge_methods: allowedMethods ?? ["merge", "squash", "rebase"],
    },
  };
}

function checksRule({ requiredChecks, strict }: BranchRules): JsonObject | null {
  if (requiredChecks.length === 0) return null;
  return {
    type: "required_status_checks",
    parameters: {
      required_status_checks: requiredChecks.map((context) => ({ context })),
      strict_required_status_checks_policy: strict,
      do_not_enforce_on_create: false,
    },
  };
}

function queueRule({ mergeQueue }: BranchRules): JsonObject | null {
  if (mergeQueue === null) return null;
  return {
    type: "merge_queue",
    parameters: {
      merge_method: mergeQueue.toUpperCase(),
      grouping_strategy: "ALLGREEN",
      check_response_timeout_minutes: 60,
      max_entries_to_build: 5,
      max_entries_to_merge: 5,
      min_entries_to_merge: 1,
      min_entries_to_merge_wait_minutes: 0,
    },
  };
}

function deploymentsRule({ requiredDeployments }: BranchRules): JsonObject | null {
  if (requiredDeployments.length === 0) return null;
  return { type: "required_deployments", parameters: { required_deployment_environments: requiredDeployments } };
}

function plainRules({ signedCommits, linearHistory, locked, pushers }: BranchRules): readonly JsonObject[] {
  return [
    ...(signedCommits ? [{ type: "required_signatures" }] : []),
    ...(linearHistory ? [{ type: "required_linear_history" }] : []),
    ...(locked || pushers !== null ? [{ type: "update" }] : []),
  ];
}
