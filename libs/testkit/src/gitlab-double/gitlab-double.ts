import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createDiskGit } from "../github-double/git/disk-git.ts";
import type { GitlabState } from "./gitlab-state.ts";
import { createGitlabWorld, type GitlabWorld } from "./gitlab-world.ts";
import { sendHooks } from "./hooks/send-hooks.ts";
import { answerRest } from "./rest/answer-rest.ts";
import { serveGit } from "./serve-git.ts";
import type { GitlabCall, GitlabDoubleOptions, GitlabFaults } from "./types.ts";

/** A running DOUBLE of GitLab: what it says is what GitLab's pages and scm §8 say, never measured against a real one. */
export interface GitlabDouble {
  readonly webUrl: string;
  readonly world: GitlabWorld;
  readonly faults: GitlabFaults;
  /** Oldest first. */
  readonly requests: readonly GitlabCall[];
  forgetRequests(): void;
  /** Resolves when nothing goes on in the background: checks, rebases, hooks. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the double on a loopback port: REST v4 at `<webUrl>/api/v4`, git at `<webUrl>/<path>.git`. */
export async function startGitlabDouble(options: GitlabDoubleOptions = {}): Promise<GitlabDouble> {
  const now = options.clock ?? Date.now;
  const requests: GitlabCall[] = [];
  const underWay = new Set<Promise<void>>();
  const git = await createDiskGit({ now });
  let [ids, webUrl] = [1_000, ""];
  const state: GitlabState = {
    webUrl: () => webUrl,
    git,
    people: [],
    projects: [],
    tokens: [],
    now,
    newId: () => (ids += 1),
    faults: newFaults(),
    mergeabilityMs: options.mergeabilityMs ?? 0,
    emit: (event) => sendHooks(state, event),
    later(work) {
      const going = work().finally(() => underWay.delete(going));
      underWay.add(going);
    },
  };
  const log = (call: Omit<GitlabCall, "at">) => void requests.push({ at: now(), ...call });
  const server = createServer((request, response) => void respond(request, response));
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://double");
    try {
      if (url.pathname.startsWith("/api/v4/")) await answerRest({ state, request, response, url, log });
      else await serveGit({ state, request, response, url, log });
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!response.headersSent) response.writeHead(500);
      response.end(`the double broke: ${words}\n`);
    }
  };
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the double has no port");
  webUrl = `http://127.0.0.1:${address.port}`;
  const settled = async () => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };
  return {
    webUrl,
    world: createGitlabWorld(state),
    faults: state.faults,
    requests,
    forgetRequests: () => void requests.splice(0),
    settled,
    async close() {
      await settled();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await git.close();
    },
  };
}

function newFaults(): GitlabFaults {
  return {
    errorAfterMerge: 0,
    errorBeforeMerge: 0,
    resetAfterMerge: 0,
    limit: null,
    failures: null,
    beforeMerge: null,
    lostDeliveries: 0,
  };
}
