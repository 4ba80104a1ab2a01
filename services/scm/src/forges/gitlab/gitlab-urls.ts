import { ScmError, type Forge, type Remote } from "../forge.ts";

/** Addresses of what is at GitLab; people and agents use the same. `site` without a slash at the end. */
export function gitlabUrls(site: string): Pick<Forge, "cloneUrl" | "agentUrl" | "pullUrl" | "numberOf"> {
  const pageOf = ({ remote }: Remote): string => {
    if (remote === null)
      throw new ScmError("gone", "the rig's repository is not registered yet, so that it has no address");
    return `${site}/${remote}`;
  };
  return {
    cloneUrl: (repo) => `${pageOf(repo)}.git`,
    agentUrl: (repo) => `${pageOf(repo)}.git`,
    pullUrl: (pull) => `${pageOf(pull)}/-/merge_requests/${pull.number}`,
    numberOf: (url, { remote }) => {
      if (remote === null || !URL.canParse(url)) return null;
      const { origin, pathname } = new URL(url);
      // What follows the number is a tab of the page.
      const [, name, number] =
        /^\/(.+?)(?:\/-)?\/merge_requests\/([1-9]\d{0,8})(?:\/(?:diffs|commits|pipelines))?\/?$/.exec(
          pathname.slice(new URL(site).pathname.replace(/\/$/, "").length),
        ) ?? [];
      // GitLab's paths are the same in any case.
      const same = origin === new URL(site).origin && name?.toLowerCase() === remote.toLowerCase();
      return same ? Number(number) : null;
    },
  };
}

/**
 * The full path of the project a rig's source names, `<site>/<group>/<project>` with or without `.git`. Throws
 * `ScmError("invalid")` for every other text, saying what it should be.
 */
export function readProjectUrl(source: string, site: string): string {
  const url = URL.canParse(source) ? new URL(source) : null;
  const ours = new URL(site);
  const wrong = url === null ? "is not a URL" : whyNot(url, ours);
  const under = ours.pathname.replace(/\/$/, "");
  const path = (url?.pathname ?? "")
    .slice(under.length + 1)
    .replace(/\/$/, "")
    .replace(/\.git$/, "");
  if (wrong === null && projectPath.test(path)) return path;
  const shown = source.replace(/\/\/[^/@]*@/, "//…@").slice(0, 200);
  const words = `"${shown}" ${wrong ?? "is not the URL of a project"}`;
  throw new ScmError("invalid", `${words}. Add the rig again with a source like ${site}/group/project.`);
}

/** One group or more, and the project (docs: reserved project and group names). */
const projectPath = /^(?:[A-Za-z0-9_.][A-Za-z0-9_.-]*\/)+[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;

function whyNot(url: URL, ours: URL): string | null {
  if (url.username !== "" || url.password !== "") return "has a user name or password, which belong into no URL";
  const at = url.origin === ours.origin && url.pathname.startsWith(ours.pathname.replace(/\/$/, ""));
  return at && url.search === "" && url.hash === "" ? null : `is not at ${ours.href}`;
}
