import type { CheckRunState, PullState, RepositoryState } from "../world/world-types.ts";
import { WorldRefusal } from "../world/world-refusal.ts";
import type { RestRequest } from "./rest-types.ts";

/** The repository was renamed: the client is sent to its id, as GitHub does [D]. */
export class RepositoryMoved extends Error {
  override readonly name = "RepositoryMoved";
  readonly repository: RepositoryState;
  constructor(repository: RepositoryState) {
    super("Moved Permanently");
    this.repository = repository;
  }
}

/** The repository of the path. 404 when it is not there for this caller. */
function repositoryOf({ asking, params }: RestRequest): RepositoryState {
  const { owner = "", repo = "" } = params;
  const repository = asking.world.repositories.find(owner, repo);
  if (repository === null || !asking.mayRead(repository)) throw new WorldRefusal(404, "Not Found");
  if (repository.name.toLowerCase() !== repo.toLowerCase()) throw new RepositoryMoved(repository);
  return repository;
}

/** The repository, for a caller with this permission: else 403. */
export function repositoryFor(request: RestRequest, permission: string, level: "read" | "write"): RepositoryState {
  const repository = repositoryOf(request);
  const isApp = request.asking.caller.kind === "installation";
  if (!request.asking.may(repository, permission, level)) {
    throw new WorldRefusal(
      403,
      isApp ? "Resource not accessible by integration" : "Must have admin rights to Repository.",
    );
  }
  if (level === "write" && repository.archived) {
    throw new WorldRefusal(403, "Repository was archived so is read-only.");
  }
  return repository;
}

/** The pull request of the path. */
export function pullFor(request: RestRequest, level: "read" | "write", permission = "pull_requests"): PullState {
  const repository = repositoryFor(request, permission, level);
  const { pull_number, issue_number } = request.params;
  const pull = request.asking.world.pulls.find(repository, Number(pull_number ?? issue_number));
  if (pull === null) throw new WorldRefusal(404, "Not Found");
  return pull;
}

/** The check run of the path; the jobs of Actions are check runs, under the permission of `actions`. */
export function checkRunFor(
  request: RestRequest,
  level: "read" | "write",
  permission: "checks" | "actions" = "checks",
): { readonly repository: RepositoryState; readonly run: CheckRunState } {
  const repository = repositoryFor(request, permission, level);
  const node = request.asking.world.core.nodes.get(
    `CR_${request.params["check_run_id"] ?? request.params["job_id"] ?? ""}`,
  );
  if (node?.kind !== "check" || node.repository !== repository) throw new WorldRefusal(404, "Not Found");
  return node;
}
