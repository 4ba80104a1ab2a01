import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A forge for tests: git's own smart HTTP program in front of bare repositories, with a user name and a password. */
export interface GitForge {
  url: string;
  username: string;
  password: string;
  /** Makes a repository with one commit on `main`; answers its URL. */
  create(name: string, files: Record<string, string>): string;
  /** The folder of a repository: git works on it without the server. */
  folder(name: string): string;
  /** Runs git in a repository of the forge. */
  git(name: string, ...args: string[]): string;
  /** Requests that came with the right credential. */
  served: string[];
  close(): Promise<void>;
}

const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];

function run(cwd: string, ...args: string[]): string {
  const env = { PATH: process.env["PATH"], HOME: cwd, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...identity, ...args], { cwd, env, encoding: "utf8", stdio: "pipe" }).trim();
}

/** Hands one request to `git http-backend` (a CGI program). */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://forge");
  const env = {
    PATH: process.env["PATH"],
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
    REMOTE_USER: "agent",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const cgi = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"] });
  request.pipe(cgi.stdin);
  const chunks: Buffer[] = [];
  cgi.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  cgi.on("close", () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf("\r\n\r\n");
    let status = 200;
    for (const line of output.subarray(0, end).toString().split("\r\n")) {
      const [name = "", value = ""] = line.split(": ");
      if (name === "Status") status = Number.parseInt(value, 10);
      else if (name !== "") response.setHeader(name, value);
    }
    response.writeHead(status).end(output.subarray(end + 4));
  });
}

/** Starts a forge on a free port of 127.0.0.1. */
export async function startGitForge(): Promise<GitForge> {
  const root = mkdtempSync(join(tmpdir(), "gastown-forge-"));
  const [username, password] = ["agent", "forge-secret-5d1f"];
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const served: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="forge"' }).end();
      return;
    }
    served.push(`${request.method} ${request.url}`);
    backend(root, request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    url,
    username,
    password,
    served,
    create(name, files) {
      const work = join(root, `${name}-work`);
      mkdirSync(work);
      run(work, "init", "--quiet", "--initial-branch=main");
      for (const [file, text] of Object.entries(files)) writeFileSync(join(work, file), text);
      run(work, "add", "--all");
      run(work, "commit", "--quiet", "-m", "First");
      run(root, "clone", "--quiet", "--bare", work, `${name}.git`);
      run(join(root, `${name}.git`), "config", "http.receivepack", "true");
      return `${url}/${name}.git`;
    },
    folder: (name) => join(root, `${name}.git`),
    git: (name, ...args) => run(join(root, `${name}.git`), ...args),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(root, { recursive: true, force: true });
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
