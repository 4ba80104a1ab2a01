import { rigId, townId } from "@gastown/contracts";
import { join } from "node:path";
import type { RepoRef } from "../forge.ts";

/** The folder of a rig's bare repository. Town and rig ids have no character that could lead elsewhere. */
export function repoFolder(reposDir: string, repo: RepoRef): string {
  return join(reposDir, townId.parse(repo.town), `${rigId.parse(repo.rig)}.git`);
}

/** The path of a rig's repository below the service's URL. */
export function repoUrlPath(repo: RepoRef): string {
  return `/git/${repo.town}/${repo.rig}.git`;
}

/** What a request asks of the git service. */
export type GitRequest =
  | { readonly kind: "refs"; readonly repo: RepoRef; readonly service: "upload-pack" | "receive-pack" }
  | { readonly kind: "rpc"; readonly repo: RepoRef; readonly service: "upload-pack" | "receive-pack" }
  | { readonly kind: "page"; readonly repo: RepoRef; readonly number: number };

const id = "([a-z0-9-]{1,32})";
const gitPath = new RegExp(`^/git/${id}/${id}\\.git/(info/refs|git-upload-pack|git-receive-pack)$`);
const pagePath = new RegExp(`^/git/${id}/${id}/pulls/([1-9][0-9]{0,8})$`);

/**
 * Reads the still encoded path and the query of a request; null for all but the smart protocol's requests and a pull
 * request's page. An escape, a dot segment or a doubled slash fits no form, so none reaches the file system.
 */
export function parseGitRequest(method: string, path: string, service: string | null): GitRequest | null {
  const page = pagePath.exec(path);
  if (page) return method === "GET" ? asPage(page) : null;
  const [, town = "", rig = "", rest = ""] = gitPath.exec(path) ?? [];
  const repo = toRepo(town, rig);
  const wanted = services.find(
    (one) => one.method === method && one.rest === rest && (one.query === null || one.query === service),
  );
  return repo && wanted ? { kind: wanted.kind, repo, service: wanted.service } : null;
}

/** The four requests of git's smart protocol (gitprotocol-http). */
const services = [
  { method: "GET", rest: "info/refs", query: "git-upload-pack", kind: "refs", service: "upload-pack" },
  { method: "GET", rest: "info/refs", query: "git-receive-pack", kind: "refs", service: "receive-pack" },
  { method: "POST", rest: "git-upload-pack", query: null, kind: "rpc", service: "upload-pack" },
  { method: "POST", rest: "git-receive-pack", query: null, kind: "rpc", service: "receive-pack" },
] as const;

function asPage([, town = "", rig = "", number = ""]: RegExpExecArray): GitRequest | null {
  const repo = toRepo(town, rig);
  return repo && { kind: "page", repo, number: Number(number) };
}

function toRepo(town: string, rig: string): RepoRef | null {
  return townId.safeParse(town).success && rigId.safeParse(rig).success ? { town, rig } : null;
}
