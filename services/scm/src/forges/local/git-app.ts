import type { Logger } from "@gastown/telemetry";
import { Hono, type Context } from "hono";
import { authorize } from "./authorize.ts";
import { gitEnv, type Git } from "./git.ts";
import { runHttpBackend } from "./http-backend.ts";
import type { LocalLedger } from "./ledger.ts";
import { pullPage } from "./pull-page.ts";
import { parseGitRequest, type GitRequest } from "./repo-path.ts";

export interface GitAppOptions {
  readonly git: Git;
  /** `PATH` of git. */
  readonly path: string;
  readonly reposDir: string;
  /** Folder of the update hook (`installUpdateHook`). */
  readonly hooksDir: string;
  readonly ledger: LocalLedger;
  readonly tokenSecret: string;
  /** Whoever reaches us may clone; for a loopback address. */
  readonly allowAnonymousRead: boolean;
  readonly logger: Logger;
}

type Rpc = Exclude<GitRequest, { kind: "page" }>;

/** The local forge's HTTP face: git's smart protocol under `/git/`, one page a pull request, `/healthz`. */
export function createGitApp(options: GitAppOptions): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.text("ok\n"));
  app.all("/git/*", (c) => answer(c, options));
  app.notFound((c) => c.text("nothing here; clone a rig from /git/<town>/<rig>.git\n", 404));
  app.onError((error, c) => {
    options.logger.error({ error, path: c.req.path }, "request failed");
    return c.text("something broke here; see the log of scm\n", 500);
  });
  return app;
}

async function answer(c: Context, options: GitAppOptions): Promise<Response> {
  const wanted = parseGitRequest(c.req.method, new URL(c.req.url).pathname, c.req.query("service") ?? null);
  if (wanted === null) return c.text("not a request of git's smart protocol\n", 404);
  const usable = await options.ledger.usable(wanted.repo);
  const door = { ...options, registeredAt: usable?.registeredAt ?? null, now: Date.now() };
  const verdict = authorize(wanted, c.req.header("authorization"), door);
  if (!verdict.allowed) {
    if (verdict.status === 401) c.header("WWW-Authenticate", 'Basic realm="gastown", charset="UTF-8"');
    return c.text(`${verdict.message}\n`, verdict.status);
  }
  if (usable === null) return c.text(`there is no rig ${wanted.repo.rig} that can be used\n`, 404);
  if (wanted.kind === "page") {
    const text = await pullPage({ ...wanted.repo, number: wanted.number }, { ...options, signal: c.req.raw.signal });
    return text === null ? c.text("no such pull request\n", 404) : c.text(text);
  }
  return runHttpBackend({
    request: c.req.raw,
    env: {
      ...gitEnv(options),
      ...cgiEnv(c, wanted, options),
      GASTOWN_DEFAULT_BRANCH: usable.defaultBranch,
      REMOTE_USER: verdict.user,
    },
    logger: options.logger,
    onEnd: () => pushed(wanted, options),
  });
}

/** A push may have moved branches: the forge's own "webhook". */
function pushed(wanted: Rpc, { ledger, logger }: GitAppOptions): void {
  if (wanted.kind !== "rpc" || wanted.service !== "receive-pack") return;
  ledger.markPushed(wanted.repo).catch((error: unknown) => {
    logger.error({ error, ...wanted.repo }, "a push could not be noted; the next look will see it");
  });
}

/** Largest pack a push may bring. */
const largestPush = 2 * 1024 ** 3;

function cgiEnv(c: Context, wanted: Rpc, options: GitAppOptions): Record<string, string> {
  const header = (name: string) => c.req.header(name) ?? "";
  const rest = wanted.kind === "refs" ? "info/refs" : `git-${wanted.service}`;
  const length = header("content-length");
  return {
    GIT_PROJECT_ROOT: options.reposDir,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${wanted.repo.town}/${wanted.repo.rig}.git/${rest}`,
    REQUEST_METHOD: c.req.method,
    QUERY_STRING: wanted.kind === "refs" ? `service=git-${wanted.service}` : "",
    CONTENT_TYPE: header("content-type"),
    // Without a length the body is read to its end (chunked uploads of large pushes).
    ...(length === "" ? {} : { CONTENT_LENGTH: length }),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    GIT_PROTOCOL: header("git-protocol"),
    ...asConfig({
      "core.hooksPath": options.hooksDir,
      "http.receivepack": String(wanted.service === "receive-pack"),
      "http.getanyfile": "false",
      "receive.maxInputSize": String(largestPush),
      "uploadpack.allowFilter": "true",
    }),
  };
}

/** Settings of git as environment, which no configuration of a repository overrides. */
function asConfig(settings: Record<string, string>): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries([
    ["GIT_CONFIG_COUNT", String(entries.length)],
    ...entries.flatMap(([key, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, key],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ]) as Record<string, string>;
}
