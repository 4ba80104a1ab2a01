import { ScmError, type Forge, type Remote } from "../forge.ts";

/** Addresses of what is at GitHub; people and agents use the same. `webUrl` without a slash at the end. */
export function githubUrls(webUrl: string): Pick<Forge, "cloneUrl" | "agentUrl" | "pullUrl" | "numberOf"> {
  const pageOf = ({ remote }: Remote): string => {
    if (remote === null)
      throw new ScmError("gone", "the rig's repository is not registered yet, so that it has no address");
    return `${webUrl}/${remote}`;
  };
  return {
    cloneUrl: (repo) => `${pageOf(repo)}.git`,
    agentUrl: (repo) => `${pageOf(repo)}.git`,
    pullUrl: (pull) => `${pageOf(pull)}/pull/${pull.number}`,
    numberOf: (url, { remote }) => {
      if (remote === null || !URL.canParse(url)) return null;
      const { origin, pathname } = new URL(url);
      // What follows the number is a tab of the page.
      const [, name, number] =
        /^\/([^/]+\/[^/]+)\/pull\/([1-9]\d{0,8})(?:\/(?:files|commits|checks))?\/?$/.exec(pathname) ?? [];
      // GitHub's names are the same in any case.
      const same = origin === new URL(webUrl).origin && name?.toLowerCase() === remote.toLowerCase();
      return same ? Number(number) : null;
    },
  };
}
