import { QueryError } from "@gastown/bus";
import type { DataOf, findPull } from "@gastown/contracts";
import type { PullRef } from "../forges/forge.ts";
import type { Forges } from "../forges/forges.ts";
import type { RepoRow } from "../store/rows.ts";

type Asked = DataOf<typeof findPull> & { readonly town: string };

/** The pull request that a URL, or a number with its rig, means. Throws `QueryError` when it is in none of these repositories. */
export function meantPull(repos: readonly RepoRow[], forges: Forges, { town, pull, rig }: Asked): PullRef {
  if (/^[1-9][0-9]{0,8}$/.test(pull)) {
    if (rig === undefined) throw new QueryError("invalid", "rig: a number alone says nothing; name its rig");
    return { town, rig, number: Number(pull) };
  }
  if (!/^https?:\/\//.test(pull))
    throw new QueryError("invalid", "pull: must be a number, or the URL of a pull request");
  const among = repos.filter((repo) => rig === undefined || repo.rig === rig);
  const found = among.flatMap((repo) => {
    const number = forges.find(repo.forge)?.numberOf(pull, repo) ?? null;
    return number === null ? [] : [{ town, rig: repo.rig, number }];
  });
  const [first, ...others] = found;
  if (first === undefined) {
    const known = among.map((repo) => (repo.remote === null ? repo.rig : `${repo.rig} (${repo.remote})`)).join(", ");
    const rigs = known === "" ? "no rig is ready" : `the rigs are ${known}`;
    throw new QueryError("not_found", `${pull} is in no repository of a rig of this town: ${rigs}`);
  }
  if (others.length === 0) return first;
  const names = found.map((one) => one.rig).join(", ");
  throw new QueryError("invalid", `rig: ${pull} is a pull request of several rigs: ${names}; name one`);
}
