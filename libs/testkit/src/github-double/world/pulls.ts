import type { JsonObject } from "../ports.ts";
import { accountJson } from "../rest/json/account-json.ts";
import { effectiveRules } from "./branch-rules.ts";
import { ownerGroupsOf } from "./gather-facts.ts";
import { gitAnswer } from "./git-answers.ts";
import type { People } from "./people.ts";
import { endPull, tellPull, touch } from "./pull-events.ts";
import { headBranchOf } from "./pushes.ts";
import type { WorldCore } from "./world-core.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { PullState, PullWish, RepositoryState } from "./world-types.ts";

interface PullEdit {
  readonly title?: string;
  readonly body?: string;
  readonly base?: string;
}

/** Pull requests: opened, edited, closed, asked for reviews. Refusals carry REST's status and texts. */
export class Pulls {
  readonly #core: WorldCore;
  readonly #people: People;

  constructor(core: WorldCore, people: People) {
    this.#core = core;
    this.#people = people;
  }

  /** Opens one, and asks the owners of changed files for their review unless it is a draft. 422 as GitHub refuses [D]. */
  async open(repository: RepositoryState, wish: PullWish): Promise<PullState> {
    const { tips, base } = await this.#openable(repository, wish);
    const by = wish.by ?? repository.owner;
    this.#people.add(by);
    const pull = newPull(repository, {
      wish: { ...wish, base, by },
      head: tips.head,
      now: this.#core.now(),
      id: this.#core.nextId(),
    });
    repository.nextNumber += 1;
    repository.pulls.set(pull.number, pull);
    this.#core.nodes.set(pull.nodeId, { kind: "pull", pull });
    await repository.git.publishPull(pull.number, tips.head);
    tellPull(this.#core, pull, { action: "opened", by });
    if (!pull.draft) await this.#askOwners(pull);
    return pull;
  }

  find(repository: RepositoryState, number: number): PullState | null {
    return repository.pulls.get(number) ?? null;
  }

  edit(pull: PullState, { title, body, base }: PullEdit, by: string): void {
    if (base !== undefined && pull.repository.git.tip(base) === null) throw invalid("base");
    const changes = changesOf(pull, { title, body, base });
    pull.title = title ?? pull.title;
    pull.body = body ?? pull.body;
    pull.baseRef = base ?? pull.baseRef;
    touch(this.#core, pull);
    if (Object.keys(changes).length > 0) {
      tellPull(this.#core, pull, { action: "edited", by, more: () => ({ changes }) });
    }
  }

  close(pull: PullState, by: string): void {
    if (pull.state !== "OPEN") return;
    endPull(this.#core, pull, { by, mergedAs: null, base: pull.repository.git.tip(pull.baseRef) });
  }

  /** 422 for one that was merged, or whose branch is gone. */
  reopen(pull: PullState, by: string): void {
    if (pull.state === "OPEN") return;
    const head = pull.repository.git.tip(headBranchOf(pull));
    if (pull.state === "MERGED" || head === null) {
      throw new WorldRefusal(422, "Validation Failed", [
        {
          resource: "PullRequest",
          code: "invalid",
          field: "state",
          message: "state cannot be changed. The pull request cannot be reopened.",
        },
      ]);
    }
    pull.state = "OPEN";
    pull.closedAt = null;
    pull.closedBaseOid = null;
    pull.headOid = head;
    touch(this.#core, pull);
    tellPull(this.#core, pull, { action: "reopened", by });
  }

  async setDraft(pull: PullState, draft: boolean, by: string): Promise<void> {
    if (pull.draft === draft) return;
    pull.draft = draft;
    touch(this.#core, pull);
    tellPull(this.#core, pull, { action: draft ? "converted_to_draft" : "ready_for_review", by });
    if (!draft) await this.#askOwners(pull);
    await this.#core.settle(pull.repository);
  }

  /** These people are asked for a review; 422 for the author and for who is nobody here [D]. */
  request(
    pull: PullState,
    reviewers: readonly string[],
    { by, asCodeOwner = false }: { by: string; asCodeOwner?: boolean },
  ): void {
    for (const reviewer of reviewers) {
      if (reviewer === pull.author) throw new WorldRefusal(422, "Review cannot be requested from pull request author.");
      if (this.#people.account(reviewer) === null) {
        throw new WorldRefusal(
          422,
          "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
        );
      }
    }
    for (const reviewer of reviewers) {
      if (pull.requests.some((request) => request.reviewer === reviewer)) continue;
      pull.requests.push({ reviewer, asCodeOwner });
      touch(this.#core, pull);
      tellPull(this.#core, pull, {
        action: "review_requested",
        by,
        more: () => ({ requested_reviewer: accountJson(this.#core.json, reviewer) }),
      });
    }
  }

  /** These people are not asked any more. */
  withdraw(pull: PullState, reviewers: readonly string[], by: string): void {
    for (const reviewer of reviewers) {
      const at = pull.requests.findIndex((request) => request.reviewer === reviewer);
      if (at === -1) continue;
      pull.requests.splice(at, 1);
      touch(this.#core, pull);
      tellPull(this.#core, pull, {
        action: "review_request_removed",
        by,
        more: () => ({ requested_reviewer: accountJson(this.#core.json, reviewer) }),
      });
    }
  }

  label(pull: PullState, name: string, { on = true, by }: { on?: boolean; by: string }): void {
    if (pull.labels.has(name) === on) return;
    if (on) pull.labels.add(name);
    else pull.labels.delete(name);
    touch(this.#core, pull);
    tellPull(this.#core, pull, { action: on ? "labeled" : "unlabeled", by, more: () => ({ label: { name } }) });
  }

  /** A comment on the pull request itself; part of no rule. */
  comment(pull: PullState, { by, body }: { by: string; body: string }): PullState["comments"][number] {
    this.#people.add(by);
    const id = this.#core.nextId();
    const comment = { id, nodeId: `IC_${id}`, author: by, body, createdAt: this.#core.now() };
    pull.comments.push(comment);
    touch(this.#core, pull);
    return comment;
  }

  async #openable(
    repository: RepositoryState,
    wish: PullWish,
  ): Promise<{ readonly tips: { readonly head: string }; readonly base: string }> {
    const base = wish.base ?? repository.defaultBranch;
    const owner = wish.fork ?? repository.owner;
    const head = repository.git.tip(headBranchOf({ headOwner: owner, headRef: wish.head, repository }));
    const tip = repository.git.tip(base);
    if (head === null) throw invalid("head");
    if (tip === null) throw invalid("base");
    const there = [...repository.pulls.values()].some(
      (pull) =>
        pull.state === "OPEN" && pull.headRef === wish.head && pull.headOwner === owner && pull.baseRef === base,
    );
    if (there) throw custom(`A pull request already exists for ${owner}:${wish.head}.`);
    const { comparison } = await gitAnswer(repository.git, tip, head);
    if (comparison.ahead.length === 0) throw custom(`No commits between ${base} and ${wish.head}`);
    return { tips: { head }, base };
  }

  async #askOwners(pull: PullState): Promise<void> {
    const { repository, baseRef, headOid } = pull;
    const base = repository.git.tip(baseRef);
    if (base === null || repository.codeOwners.length === 0) return;
    const { comparison } = await gitAnswer(repository.git, base, headOid);
    const owners = ownerGroupsOf(repository, comparison).flat();
    const asked = [...new Set(owners)].filter((owner) => owner !== pull.author);
    for (const owner of asked) this.#people.add(owner);
    const { codeOwnerReview } = effectiveRules(repository, baseRef);
    this.request(pull, asked, { by: pull.author, asCodeOwner: codeOwnerReview });
  }
}

function other(wanted: string | undefined, present: string): boolean {
  return wanted !== undefined && wanted !== present;
}

/** What was before, of what becomes something else. */
function changesOf(
  pull: PullState,
  { title, body, base }: { [P in keyof PullEdit]: PullEdit[P] | undefined },
): JsonObject {
  return {
    ...(other(title, pull.title) ? { title: { from: pull.title } } : {}),
    ...(other(body, pull.body) ? { body: { from: pull.body } } : {}),
    ...(other(base, pull.baseRef) ? { base: { ref: { from: pull.baseRef } } } : {}),
  };
}

function invalid(field: string): WorldRefusal {
  return new WorldRefusal(422, "Validation Failed", [{ resource: "PullRequest", field, code: "invalid" }]);
}

function custom(message: string): WorldRefusal {
  return new WorldRefusal(422, "Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);
}

interface NewPull {
  readonly wish: PullWish & { readonly base: string; readonly by: string };
  readonly head: string;
  readonly now: number;
  readonly id: number;
}

function newPull(repository: RepositoryState, { wish, head, now, id }: NewPull): PullState {
  return {
    id,
    nodeId: `PR_${id}`,
    number: repository.nextNumber,
    repository,
    author: wish.by,
    createdAt: now,
    title: wish.title ?? `Merge ${wish.head}`,
    body: wish.body ?? "",
    draft: wish.draft ?? false,
    state: "OPEN",
    headRef: wish.head,
    headOwner: wish.fork ?? repository.owner,
    baseRef: wish.base,
    headOid: head,
    heads: [{ oid: head, at: now }],
    closedBaseOid: null,
    lastPusher: wish.by,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    reviews: [],
    requests: [],
    threads: [],
    comments: [],
    labels: new Set(),
    autoMerge: null,
    queue: null,
    mergeability: null,
    stackPosition: null,
    staleWord: null,
  };
}
