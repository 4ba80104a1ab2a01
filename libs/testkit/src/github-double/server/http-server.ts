import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { DiskGitServer } from "../git/disk-git.ts";
import type { InstallPages } from "../ports.ts";
import { writeAnswer } from "./api-answer.ts";
import type { DoubleParts } from "./double-parts.ts";
import { answerGit, gitPlace } from "./git-endpoint.ts";
import { answerGraphqlRequest } from "./graphql-endpoint.ts";
import { answerRest } from "./rest-endpoint.ts";

export type ServerParts = DoubleParts & {
  readonly disk: () => Promise<DiskGitServer>;
  readonly pages: InstallPages;
};

/** A server that listens and has no parts yet: its address is part of what they are made from. */
export async function listen(host: string, port: number): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // A string is the address of a pipe, which `listen` with a port never makes.
  const { port: chosen } = server.address() as AddressInfo;
  return { server, url: `http://${host}:${chosen}` };
}

/** Answers every request from now on. */
export function serve(server: Server, parts: ServerParts): void {
  server.on("request", (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      parts.defect(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(String(error));
    });
  });
}

/** Waits for nobody: open connections are cut. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://double");
  const wire = { faults: parts.faults, now: parts.now() };
  if (url.pathname === "/api/v3" || url.pathname.startsWith("/api/v3/")) {
    return writeAnswer(response, await answerRest(parts, request, url), wire);
  }
  if (url.pathname === "/api/graphql" && request.method === "POST") {
    return writeAnswer(response, await answerGraphqlRequest(parts, request), wire);
  }
  const place = gitPlace(url);
  if (place !== null) return answerGit(parts, { request, response }, place);
  const log = /^\/_logs\/(\d+)$/.exec(url.pathname)?.[1];
  if (log !== undefined) return answerLog(parts, response, log);
  if (await parts.pages.handle(request, response)) return;
  response.writeHead(404, { "content-type": "text/plain" }).end("There is no such page in the GitHub double.\n");
}

/** The log of a job, where the API redirects to; the address is the secret, nobody is asked who they are. */
function answerLog({ world }: DoubleParts, response: ServerResponse, id: string): void {
  const node = world.core.nodes.get(`CR_${id}`);
  if (node?.kind === "check")
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(node.run.log);
  else response.writeHead(404).end();
}
