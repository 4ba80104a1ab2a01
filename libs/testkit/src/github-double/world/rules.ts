import type { JsonObject } from "../ports.ts";
import { effectiveRules, noRules, protectionOf } from "./branch-rules.ts";
import type { WorldCore } from "./world-core.ts";
import type { BranchRules, RepositoryState } from "./world-types.ts";

type RuleKind = "classic" | "ruleset";

/** Branch protection and rulesets, by exact branch name. */
export class Rules {
  readonly #core: WorldCore;

  constructor(core: WorldCore) {
    this.#core = core;
  }

  /** This kind of rules of this branch is exactly `wish`, with nothing ruled where it says nothing. */
  async set(
    repository: RepositoryState,
    branch: string,
    { kind = "classic", by = repository.owner, ...wish }: Partial<BranchRules> & { kind?: RuleKind; by?: string },
  ): Promise<void> {
    const before = protectionOf(repository, branch);
    const action = before[kind] === null ? "created" : "edited";
    repository.rules.set(branch, { ...before, [kind]: { ...noRules, ...wish } });
    this.#tell(repository, { branch, kind, action, by });
    await this.#core.settle(repository);
  }

  /** There are no rules of this kind for this branch. */
  async clear(repository: RepositoryState, branch: string, kind: RuleKind = "classic"): Promise<void> {
    repository.rules.set(branch, { ...protectionOf(repository, branch), [kind]: null });
    this.#tell(repository, { branch, kind, action: "deleted", by: repository.owner });
    await this.#core.settle(repository);
  }

  /** What holds for the branch: both kinds together. */
  of(repository: RepositoryState, branch: string): BranchRules {
    return effectiveRules(repository, branch);
  }

  #tell(
    repository: RepositoryState,
    { branch, kind, action, by }: { branch: string; kind: RuleKind; action: string; by: string },
  ): void {
    const parts = (): JsonObject =>
      kind === "classic"
        ? { rule: { id: repository.id, repository_id: repository.id, name: branch } }
        : {
            repository_ruleset: {
              id: repository.id,
              name: branch,
              target: "branch",
              source_type: "Repository",
              source: `${repository.owner}/${repository.name}`,
              enforcement: "active",
              conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
            },
          };
    const event = kind === "classic" ? "branch_protection_rule" : "repository_ruleset";
    this.#core.emit({ event, action, repositoryId: repository.id, installation: null, sender: by, parts });
  }
}
