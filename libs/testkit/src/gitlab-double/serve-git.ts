import type { GitServing } from "../github-double/ports.ts";
import { roleOf, type GitlabState } from "./gitlab-state.ts";
import { afterMoves } from "./pushes.ts";
import type { Exchange } from "./rest/answer-rest.ts";
import { gitAccess, tokenOf } from "./tokens.ts";
import type { Project, Token } from "./types.ts";

/** Answers git's smart HTTP protocol at `/<path>.git/...` with a real repository; all else is not here. */
export async function serveGit(exchange: Exchange): Promise<void> {
  const { state, request, response, url } = exchange;
  const [, path = "", rest = ""] = /^\/(.+?)\.git(\/.*)$/.exec(url.pathname) ?? [];
  const token = tokenOf(state, { authorization: request.headers.authorization });
  const pushing = url.href.includes("git-receive-pack");
  const project = state.projects.find((one) => one.path === path) ?? null;
  const judged = judge(project, token, pushing);
  if ("status" in judged) {
    request.resume();
    response.writeHead(judged.status, { "content-type": "text/plain", ...judged.headers }).end(`${judged.words}\n`);
  } else {
    const subpath = `${rest}${url.search}`;
    await state.git.serve({ ...servingOf(state, judged), request, response, subpath });
  }
  exchange.log({
    route: pushing ? "git-receive-pack" : "git-upload-pack",
    mutation: pushing,
    status: response.statusCode,
    caller: token?.person.username ?? null,
  });
}

interface Allowed {
  readonly project: Project;
  readonly token: Token;
  readonly mayPush: boolean;
}
interface Refused {
  readonly status: number;
  readonly words: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function judge(project: Project | null, token: Token | null, pushing: boolean): Allowed | Refused {
  if (token === null)
    return {
      status: 401,
      words: "HTTP Basic: Access denied.",
      headers: { "www-authenticate": 'Basic realm="GitLab"' },
    };
  const access = project === null ? { read: false, write: false } : gitAccess(token, project);
  if (project === null || !access.read)
    return { status: 404, words: "The project could not be found or you don't have permission to view it." };
  if (pushing && !access.write) return { status: 403, words: "You are not allowed to push code to this project." };
  return { project, token, mayPush: access.write };
}

type Serving = Pick<GitServing, "repo" | "mayPush" | "refuse" | "pushed">;

/** The default branch is protected: who is below its role opens a merge request. */
function servingOf(state: GitlabState, { project, token, mayPush }: Allowed): Serving {
  const { defaultBranch, settings } = project;
  const protects = roleOf(project, token.person) < settings.protectedRole;
  return {
    repo: project.git,
    mayPush,
    refuse: ({ ref }) =>
      protects && ref === `refs/heads/${defaultBranch}`
        ? "pre-receive hook declined: You are not allowed to push code to protected branches on this project."
        : null,
    async pushed(updates) {
      const moves = updates
        .filter(({ ref }) => ref.startsWith("refs/heads/"))
        .map(({ ref, before, after }) => ({ branch: ref.slice("refs/heads/".length), before, after }));
      await afterMoves(state, { project, by: token.person, moves });
    },
  };
}
