import { QueryError } from "@gastown/bus";
import type { DataOf, findPullByUrl, ReplyOf } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import type { Forges } from "../forges/forges.ts";
import { readReadyRepos } from "../store/repos.ts";

type Asked = DataOf<typeof findPullByUrl> & { readonly town: string };

/** The rig and the number of the pull request that a URL shows; whether there is one, nobody is asked. */
export async function findByUrl(tx: Tx, forges: Forges, asked: Asked): Promise<ReplyOf<typeof findPullByUrl>> {
  const repos = (await readReadyRepos(tx, asked.town)).filter(({ rig }) => asked.rig === undefined || rig === asked.rig);
  const found = repos.flatMap((repo) => {
    const number = forges.find(repo.forge)?.numberOf(asked.url, repo) ?? null;
    return number === null ? [] : [{ rig: repo.rig, number }];
  });
  const [first, ...others] = found;
  if (first === undefined) {
    const known = repos.map(({ rig, remote }) => (remote === null ? rig : `${rig} (${remote})`)).join(", ");
    const rigs = known === "" ? "there is none that is ready" : `its rigs are ${known}`;
    throw new QueryError("not_found", `${asked.url} is not a pull request of a rig of this town: ${rigs}`);
  }
  if (others.length > 0) {
    const rigs = found.map(({ rig }) => rig).join(", ");
    throw new QueryError("invalid", `rig: ${asked.url} is a pull request of several rigs: ${rigs}; name one`);
  }
  return first;
}
