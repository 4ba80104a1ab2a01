import type { IncomingMessage, ServerResponse } from "node:http";
import { gitRefusal, type GitRefusal } from "../git/git-refusal.ts";
import type { DiskGitServer } from "../git/disk-git.ts";
import type { RefUpdate } from "../ports.ts";
import { guardBranch } from "../world/branch-guard.ts";
import type { RepositoryState } from "../world/world-types.ts";
import { Asking } from "./asking.ts";
import type { DoubleParts } from "./double-parts.ts";
import { callerKey } from "./rate-meter.ts";

interface GitPlace {
  readonly owner: string;
  readonly name: string;
  /** With the query. */
  readonly subpath: string;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
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
  exchange: Exchange,
  { owner, name, subpath }: GitPlace,
): Promise<void> {
  const { request, response } = exchange;
  const asking = new Asking({
    world: parts.world,
    auth: parts.auth,
    caller: parts.auth.identify(request.headers.authorization),
  });
  const repository = parts.world.repositories.find(owner, name);
  const push = subpath.includes("git-receive-pack");
  const rights = rightsOf(asking, repository);
  const refused = gitRefusal({ caller: asking.caller, fullName: `${owner}/${name}`, ...rights, push });
  const { method = "GET" } = request;
  const { status, message: error } = refused ?? { status: 200, message: null };
  parts.log.add({
    at: parts.now(),
    kind: "git",
    route: push ? "git-receive-pack" : "git-upload-pack",
    mutation: method === "POST" && push,
    key: `${method} /${owner}/${name}${subpath}`,
    status,
    error,
    installation: asking.installation,
    caller: callerKey(asking.caller),
    cost: 0,
  });
  if (repository === null || refused !== null) return refuse(exchange, refused ?? notFound);
  const disk = await parts.disk();
  await disk.serve({
    repo: repository.git,
    request,
    response,
    subpath,
    mayPush: rights.mayWrite,
    mayChangeWorkflows: asking.may(repository, "workflows", "write"),
    refuse: (update) => refusedUpdate(repository, update, asking.login),
    pushed: (updates) => parts.world.branches.pushed(repository, updates, asking.login),
  });
}

const notFound: GitRefusal = { status: 404, message: "Repository not found." };

function rightsOf(
  asking: Asking,
  repository: RepositoryState | null,
): { readonly mayRead: boolean; readonly mayWrite: boolean } {
  if (repository === null || !asking.mayRead(repository)) return { mayRead: false, mayWrite: false };
  return {
    mayRead: asking.may(repository, "contents", "read"),
    mayWrite: !repository.archived && asking.may(repository, "contents", "write"),
  };
}

/** With 401 git asks for other credentials. */
function refuse({ request, response }: Exchange, { status, message }: GitRefusal): void {
  const challenge = status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
  request.resume();
  response.writeHead(status, { "content-type": "text/plain", ...challenge }).end(`${message}\n`);
}

/** Why a push may not move this ref, as git prints it [I]. */
function refusedUpdate(repository: RepositoryState, { ref, after, forced }: RefUpdate, login: string): string | null {
  if (ref.startsWith("refs/pull/") || ref.startsWith("refs/heads/fork/")) return "deny updating a hidden ref";
  if (!ref.startsWith("refs/heads/")) return null;
  const branch = ref.slice("refs/heads/".length);
  return guardBranch(repository, { branch, after, forced }, login) === null ? null : "protected branch hook declined";
}
