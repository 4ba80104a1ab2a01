import { mkdir, mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import type { DiskGit, GitServing } from "../ports.ts";
import { DiskRepo } from "./disk-repo.ts";
import { runHttpBackend } from "./http-backend.ts";
import { readPushRequest } from "./push-request.ts";
import { receivePush } from "./receive-push.ts";

export interface DiskGitOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where a folder of the double's own is made; default: where temporary files are. */
  readonly directory?: string;
}

/** One request of git's smart protocol, by someone who may read. */
interface DiskServing extends GitServing {
  /** False: refs with new or changed workflow files are refused, as for an App without `workflows: write`. Default true. */
  readonly mayChangeWorkflows?: boolean;
}
export interface DiskGitServer extends DiskGit {
  serve(serving: DiskServing): Promise<void>;
}

/** Real bare repositories in a folder that is gone after `close`. */
export async function createDiskGit({ now, directory = tmpdir() }: DiskGitOptions): Promise<DiskGitServer> {
  await mkdir(directory, { recursive: true });
  const folder = await mkdtemp(join(directory, "github-double-"));
  let count = 0;
  return {
    async create({ fullName, defaultBranch, files }) {
      // The number keeps apart what once had the same name; the name is for people who look into the folder.
      count += 1;
      const path = join(folder, `${count}-${fullName.replaceAll(/[^\w.-]/g, "-")}.git`);
      const repo = new DiskRepo({ path, defaultBranch, now });
      await repo.begin(files);
      return repo;
    },
    serve,
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

const neverCached = { "cache-control": "no-cache, max-age=0, must-revalidate" };

async function serve(serving: DiskServing): Promise<void> {
  const { repo, request, response, mayPush } = serving;
  const { pathname: path, searchParams } = new URL(serving.subpath, "http://double");
  if (!(repo instanceof DiskRepo)) return refuse(serving, 501, "this repository of the double has no real git");
  const wanted = `${request.method} ${path} ${searchParams.get("service") ?? ""}`.trimEnd();
  if (pushes.has(wanted) && !mayPush) return refuse(serving, 403, "Write access to repository not granted.");
  if (wanted === "POST /git-receive-pack") return receive(serving, repo);
  if (!answeredByGit.has(wanted)) return refuse(serving, 404, "Please upgrade your git client.");
  return runHttpBackend({ request, response, folder: repo.path, path, query: searchParams.toString() });
}

/** Requests of the smart protocol (gitprotocol-http); the older one of plain files is not served. */
const pushes = new Set(["GET /info/refs git-receive-pack", "POST /git-receive-pack"]);
const answeredByGit = new Set([
  "GET /info/refs git-upload-pack",
  "GET /info/refs git-receive-pack",
  "POST /git-upload-pack",
]);

function refuse({ request, response }: DiskServing, status: number, text: string): void {
  request.resume();
  response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
}

async function receive(serving: DiskServing, repo: DiskRepo): Promise<void> {
  const { response, mayChangeWorkflows = true } = serving;
  const push = readPushRequest(await bodyOf(serving.request));
  const { moved, answer } = await receivePush(repo, push, {
    mayChangeWorkflows,
    refuse: (update) => serving.refuse(update),
  });
  if (moved.length > 0) await serving.pushed(moved);
  response.writeHead(200, { ...neverCached, "content-type": "application/x-git-receive-pack-result" }).end(answer);
}

/** Larger pushes are not what a double is for. */
const largestPush = 512 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const zipped = request.headers["content-encoding"] === "gzip";
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of (zipped ? request.pipe(createGunzip()) : request) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestPush) throw new Error(`a push of more than ${largestPush} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
