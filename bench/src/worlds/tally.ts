import type { GithubDouble, PullState, RepositoryState } from "@gastown/testkit/github-double";
import type { BuiltWorld } from "./build-world.ts";

/** What came of merging a number of worlds. */
export interface Tally {
  readonly worlds: number;
  /** Calls to merge, or to enter a merge queue. */
  readonly attempts: number;
  readonly merged: number;
  /** Answers 405: GitHub would not. Must be 0 where nobody came in between. */
  readonly refused405: number;
  /** Answers 409: the head moved under the call; harmless. */
  readonly headMoved409: number;
  /** Merges, or tries, while a writer's last opinion asked for changes. */
  readonly overObjection: number;
  readonly drafts: number;
}

const mergeRoutes = [/^PUT .*\/merge$/, /enqueuePullRequest/];

/** Counts from now on what is tried on these worlds; `end` tells. An objection is looked for when the merge was asked, before anybody came in between. */
export function tallyOf(double: GithubDouble, worlds: readonly BuiltWorld[]): { end(): Tally } {
  const begin = double.requests.length;
  const objected = new Set(worlds.filter(({ pull, repository }) => hasObjection(double, repository, pull)));
  const drafts = new Set(worlds.filter(({ pull }) => pull.draft));
  return {
    end() {
      const calls = double.requests.slice(begin).filter(({ route }) => mergeRoutes.some((merge) => merge.test(route)));
      const landed = worlds.filter(({ pull }) => pull.state === "MERGED" || pull.queue !== null);
      return {
        worlds: worlds.length,
        attempts: calls.length,
        merged: landed.length,
        refused405: calls.filter(({ status }) => status === 405).length,
        headMoved409: calls.filter(({ status }) => status === 409).length,
        overObjection: landed.filter((world) => objected.has(world)).length,
        drafts: landed.filter((world) => drafts.has(world)).length,
      };
    },
  };
}

/** A writer's last review with an opinion asks for changes (scm §1.3). */
function hasObjection({ world }: GithubDouble, repository: RepositoryState, pull: PullState): boolean {
  const last = new Map<string, string>();
  for (const { author, state } of pull.reviews) if (state !== "COMMENTED") last.set(author, state);
  return [...last].some(([by, state]) => state === "CHANGES_REQUESTED" && world.repositories.isWriter(repository, by));
}

/** All of them together. */
export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, each) => total + of(each), 0);
  return {
    worlds: sum(({ worlds }) => worlds),
    attempts: sum(({ attempts }) => attempts),
    merged: sum(({ merged }) => merged),
    refused405: sum(({ refused405 }) => refused405),
    headMoved409: sum(({ headMoved409 }) => headMoved409),
    overObjection: sum(({ overObjection }) => overObjection),
    drafts: sum(({ drafts }) => drafts),
  };
}
