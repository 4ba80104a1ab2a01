import { ScmError } from "../forge.ts";

/** GitHub's own rules for names; anything else would be another URL. */
const ownerName = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?$/;
const repoName = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * Owner and name of the repository a rig's source names, `https://<our host>/<owner>/<name>` with or without `.git`. Throws
 * `ScmError("invalid")` for every other text, saying what it should be.
 */
export function readRemoteUrl(source: string, webUrl: string): { owner: string; name: string } {
  const ours = new URL(webUrl);
  const url = URL.canParse(source) ? new URL(source) : null;
  const repo = url === null ? null : repoOf(url);
  const why = url === null ? "is not a URL" : whyNot(url, ours);
  if (why === null && repo !== null) return repo;
  const words = `${shown(source)} ${why ?? "is not the URL of a repository"}`;
  throw new ScmError("invalid", `${words}. Add the rig again with a source like ${ours.origin}/owner/name.`);
}

function whyNot(url: URL, ours: URL): string | null {
  if (url.username !== "" || url.password !== "") return "has a user name or password, which belong into no URL";
  return url.origin === ours.origin ? null : `is not at ${ours.origin}`;
}

function repoOf({ pathname, search, hash }: URL): { owner: string; name: string } | null {
  const [, owner = "", last = "", ...rest] = pathname.replace(/\/$/, "").split("/");
  const name = last.replace(/\.git$/, "");
  const plain = rest.length === 0 && search === "" && hash === "";
  const named = ownerName.test(owner) && repoName.test(name) && name !== "." && name !== "..";
  return plain && named ? { owner, name } : null;
}

/** A source may hold a password where there should be none. */
function shown(source: string): string {
  return `"${source.replace(/\/\/[^/@]*@/, "//…@").slice(0, 200)}"`;
}
