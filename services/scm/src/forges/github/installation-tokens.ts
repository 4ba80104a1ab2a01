import { z } from "zod";
import { ScmError, type CallContext } from "../forge.ts";
import type { AppAnswer, AppRequest } from "./app-request.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Access, AccessToken, TokenPermissions, TokenSource } from "./token-source.ts";

export interface InstallationTokenOptions {
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly appId: string;
  readonly slug: string;
  readonly ask: AppRequest;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Kept {
  readonly installation: string;
  readonly minting: Promise<AccessToken>;
  /** Null while it is being minted. */
  ready: { readonly token: AccessToken; readonly goodUntil: number } | null;
}

/** scm §5.2: a token lives an hour; it is not handed out in its last ten minutes. */
const usedForMs = 50 * 60_000;
const spareMs = 10 * 60_000;
/** Entries are pruned when there are more; each is a repository of an installation. */
const mostKept = 2_000;

/**
 * Installation tokens, kept in memory only, one request for each kind whoever asks at once. The key names host and App,
 * because installation numbers repeat between them (scm §5.2).
 */
export function createInstallationTokens(options: InstallationTokenOptions): TokenSource {
  const { clock } = options;
  const kept = new Map<string, Kept>();
  const start = (key: string, access: Access): Promise<AccessToken> => {
    const installation = numbered(access);
    prune(kept, clock());
    const minting = mint(options, installation, access);
    const entry: Kept = { installation, minting, ready: null };
    kept.set(key, entry);
    minting.then(
      (token) => (entry.ready = { token, goodUntil: Math.min(clock() + usedForMs, token.expiresAt - spareMs) }),
      () => kept.get(key) === entry && kept.delete(key),
    );
    return minting;
  };
  const shared = (access: Access): Promise<AccessToken> => {
    const key = keyOf(options, access);
    const entry = kept.get(key);
    const fresh = entry !== undefined && (entry.ready === null || entry.ready.goodUntil > clock());
    return fresh ? entry.minting : start(key, access);
  };
  return {
    tokenFor: async (access, signal) => until(shared(access), signal),
    renew: async (access, refused, signal) => {
      const key = keyOf(options, access);
      // Somebody else may have renewed it meanwhile.
      if (kept.get(key)?.ready?.token.token === refused.token) kept.delete(key);
      return until(shared(access), signal);
    },
    whyLost: async (access, signal) => whyLost(options, numbered(access), { signal }),
    explainRefusal: async (access, signal) => explain(options, numbered(access), { signal }),
    forget: (installation) => {
      for (const [key, entry] of kept) if (entry.installation === installation) kept.delete(key);
    },
  };
}

function keyOf({ apiUrl, appId }: InstallationTokenOptions, access: Access): string {
  const { installation, repositories, permissions } = access;
  const sorted = permissions === null ? null : Object.entries(permissions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([apiUrl, appId, installation, repositories?.toSorted() ?? null, sorted]);
}

function numbered({ installation }: Access): string {
  if (installation !== null && /^\d+$/.test(installation)) return installation;
  throw new ScmError("invalid", "the rig has no installation of the GitHub App; add the rig again");
}

function prune(kept: Map<string, Kept>, now: number): void {
  if (kept.size < mostKept) return;
  for (const [key, { ready }] of kept) if (ready !== null && ready.goodUntil <= now) kept.delete(key);
}

/** One who gives up waiting does not take the token from the others. */
function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason as Error);
  signal.addEventListener("abort", leave, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", leave));
}

const minted = z.object({
  token: z.string().min(1),
  expires_at: z.iso.datetime({ offset: true }),
  permissions: z.record(z.string(), z.string()).optional(),
});

async function mint(options: InstallationTokenOptions, installation: string, access: Access): Promise<AccessToken> {
  const { repositories, permissions } = access;
  const context = { signal: new AbortController().signal };
  const answer = await options.ask(
    {
      operation: "mint token",
      route: "POST /app/installations/{installation_id}/access_tokens",
      parameters: {
        installation_id: installation,
        ...(repositories === null ? {} : { repository_ids: repositories.map(Number) }),
        ...(permissions === null ? {} : { permissions }),
      },
      answers: [403, 404, 422],
    },
    context,
  );
  if (answer.status === 422) throw notGranted(options, permissions, answer);
  if (answer.status >= 400) throw await explain(options, installation, context);
  const {
    token,
    expires_at,
    permissions: granted = {},
  } = parseAnswer(minted, answer.data, { operation: "mint token" });
  return { token, permissions: granted, expiresAt: Date.parse(expires_at) };
}

/** What was asked for is more than the installation has: a repository that was taken out of it, or a permission. */
function notGranted(
  { webUrl, slug }: InstallationTokenOptions,
  permissions: TokenPermissions | null,
  { data }: AppAnswer,
): ScmError {
  const said = z.object({ message: z.string() }).safeParse(data).data?.message ?? "no reason told";
  const wanted = permissions === null ? "" : ` and these permissions: ${JSON.stringify(permissions)}`;
  const words = `The GitHub App ${slug} may not use the repository any more (${said}). Let its installation have the repository${wanted}: ${webUrl}/apps/${slug}`;
  return new ScmError(permissions === null ? "gone" : "denied", words);
}

const installationState = z.object({ suspended_at: z.string().nullish(), html_url: z.string() });

async function whyLost(
  { ask, webUrl, slug }: InstallationTokenOptions,
  installation: string,
  context: CallContext,
): Promise<ScmError | null> {
  const operation = "read installation";
  const { status, data } = await ask(
    {
      operation,
      route: "GET /app/installations/{installation_id}",
      parameters: { installation_id: installation },
      answers: [404],
    },
    context,
  );
  if (status === 404) {
    const words = `The GitHub App ${slug} was uninstalled there. Install it again: ${webUrl}/apps/${slug}/installations/new`;
    return new ScmError("gone", words);
  }
  const { suspended_at: suspended, html_url: url } = parseAnswer(installationState, data, { operation });
  if (typeof suspended !== "string") return null;
  return new ScmError("denied", `The installation of the GitHub App is suspended. Unsuspend it: ${url}`);
}

async function explain(
  options: InstallationTokenOptions,
  installation: string,
  context: CallContext,
): Promise<ScmError> {
  const words = `GitHub does not take tokens of installation ${installation} of the GitHub App. Look at it: ${options.webUrl}/apps/${options.slug}`;
  return (await whyLost(options, installation, context)) ?? new ScmError("denied", words);
}
