import type { IncomingMessage, ServerResponse } from "node:http";
import { gitRefusal } from "../git/git-refusal.ts";
import type { DiskGitServer } from "../git/disk-git.ts";
import type { RefUpdate } from "../ports.ts";
import { effectiveRules } from "../world/branch-rules.ts";
import type { BranchRules, RepositoryState } from "../world/world-types.ts";
import { Asking } from "./asking.ts";
import type { DoubleParts } from "./double-parts.ts";
import { callerKey } from "./rate-meter.ts";

interface GitPlace {
  readonly owner: string;
  readonly name: string;
  /** With the query. */
  readonly subpath: string;
}

const services = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/;

/** Where a request of git's smart protocol is going; null: it is none. */
export function gitPlace(url: URL): GitPlace | null {
  const [, owner, name, service] = services.exec(url.pathname) ?? [];
  return owner === undefined || name === undefined || service === undefined
    ? null
    : { owner, name, subpath: service + url.search };
}

/** Serves fetches and pushes of a repository with a real git to whoever may. */
export async function answerGit(
  parts: DoubleParts & { readonly disk: () => Promise<DiskGitServer> },
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { owner, name, subpath }: GitPlace,
): Promise<void> {
  const { request, response } = exchange;
  const caller = parts.auth.identify(request.headers.authorization);
  const asking = new Asking({ world: parts.world, auth: parts.auth, caller });
  const repository = parts.world.repositories.find(owner, name);
  const push = subpath.includes("git-receive-pack");
  const mayRead = repository !== null && asking.mayRead(repository) && asking.may(repository, "contents", "read");
  const mayWrite = repository !== null && !repository.archived && asking.may(repository, "contents", "write");
  const refused = gitRefusal({ caller, fullName: `${owner}/${name}`, mayRead, mayWrite, push });
  parts.log.add({
    at: parts.now(),
    kind: "git",
    route: push ? "git-receive-pack" : "git-upload-pack",
    mutation: request.method === "POST" && push,
    key: `${request.method ?? "GET"} /${owner}/${name}${subpath}`,
    status: refused?.status ?? 200,
    error: refused?.message ?? null,
    installation: asking.installation,
    caller: callerKey(caller),
    cost: 0,
  });
  if (refused !== null || repository === null) {
    const { status, message } = refused ?? { status: 404, message: "Repository not found." };
    const challenge = status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
    request.resume();
    response.writeHead(status, { "content-type": "text/plain", ...challenge }).end(`${message}\n`);
    return;
  }
  const disk = await parts.disk();
  await disk.serve({
    repo: repository.git,
    request,
    response,
    subpath,
    mayPush: mayWrite,
    mayChangeWorkflows: asking.may(repository, "workflows", "write"),
    refuse: (update) => refusedUpdate(repository, update, asking.login),
    pushed: (updates) => parts.world.branches.pushed(repository, updates, asking.login),
  });
}

/** Why a push may not move this ref: rules keep it to pull requests, or to some people [I]. */
function refusedUpdate(repository: RepositoryState, { ref, after, forced }: RefUpdate, login: string): string | null {
  if (ref.startsWith("refs/pull/") || ref.startsWith("refs/heads/fork/")) return "deny updating a hidden ref";
  const rules = effectiveRules(repository, ref.replace(/^refs\/heads\//, ""));
  if (rules.bypass.includes(login)) return null;
  const ruled = closedToPushes(rules) || (rules.pushers !== null && !rules.pushers.includes(login));
  if (ruled) return "protected branch hook declined";
  const isProtected = repository.rules.has(ref.replace(/^refs\/heads\//, ""));
  return isProtected && (forced || after === null) ? "protected branch hook declined" : null;
}

function closedToPushes(rules: BranchRules): boolean {
  return (
    rules.locked || rules.requiredApprovals !== null || rules.requiredChecks.length > 0 || rules.mergeQueue !== null
  );
}
