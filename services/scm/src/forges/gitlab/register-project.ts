import { ScmError, type CallContext, type RegisteredRepo } from "../forge.ts";
import type { GitlabClient } from "./gitlab-client.ts";
import { projectShape, type GitlabProject } from "./gitlab-shapes.ts";
import { readProjectUrl } from "./gitlab-urls.ts";
import { unlessGone } from "./place.ts";
import { readTip } from "./read-request.ts";

interface Registration {
  readonly client: GitlabClient;
  readonly site: string;
  readonly context: CallContext;
}

/** The role that may push branches and open merge requests (docs: permissions, "Developer"). */
const developer = 30;

/**
 * The project a rig's source names can be worked in: it is at our GitLab, our token may write there, and it has a commit. Throws
 * `ScmError` whose message says what is to be done.
 */
export async function registerProject(
  { client, site, context: { signal } }: Registration,
  wish: { source: string; defaultBranch: string | null },
): Promise<RegisteredRepo> {
  const path = readProjectUrl(wish.source, site);
  const asked = { operation: "get project", path: ["projects", path], signal };
  const found = await unlessGone(client.read(asked, projectShape));
  if (found === null)
    throw new ScmError(
      "gone",
      `There is no project ${path} that our token can see. Check the rig's source, and who the token is of.`,
    );
  const { path_with_namespace: remote, archived } = found;
  if (archived) throw new ScmError("invalid", `${remote} is archived: nothing can be merged there. Unarchive it.`);
  if (roleIn(found) < developer)
    throw new ScmError(
      "denied",
      `Our token may not write to ${remote}: give its user the role Developer there, or better Maintainer.`,
    );
  const own = found.default_branch ?? null;
  if (own === null)
    throw new ScmError(
      "invalid",
      `${remote} is empty: it has no commit to start work from. Commit something, and add the rig again.`,
    );
  const defaultBranch = wish.defaultBranch ?? own;
  const head = await readTip({ client, project: String(found.id), signal }, defaultBranch);
  if (head === null)
    throw new ScmError(
      "invalid",
      `${remote} has no branch ${defaultBranch}. Add the rig again with one it has, as ${own}.`,
    );
  return { defaultBranch, head, remote, remoteId: String(found.id), installation: null };
}

function roleIn({ permissions }: GitlabProject): number {
  return Math.max(permissions?.project_access?.access_level ?? 0, permissions?.group_access?.access_level ?? 0);
}
