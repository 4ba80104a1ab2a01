import { randomBytes } from "node:crypto";
import type { AppAuth, AppAuthOptions, AppIdentity, Caller, MintedToken, TokenNarrowing } from "../ports.ts";
import { appIdentity } from "./app-identity.ts";
import { readCredential, type Credential } from "./credential.ts";
import { InstallationBook } from "./installation-book.ts";
import { judgeAppJwt } from "./judge-app-jwt.ts";
import { withinPermissions } from "./permissions.ts";
import { readStatelessToken, writeStatelessToken } from "./stateless-token.ts";

/** One wish for an installation token, as it was answered. */
interface TokenRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly installation: number;
  readonly narrowing: TokenNarrowing;
  readonly status: 201 | 403 | 404 | 422;
}
export interface AppAuthDouble extends AppAuth {
  /** Oldest first; the last thousand. */
  readonly tokenRequests: readonly TokenRequest[];
}

const tokenLifeMs = 60 * 60_000;
const keptRequests = 1_000;
const suspended = "This installation has been suspended";
const badCredentials: Caller = { kind: "refused", status: 401, message: "Bad credentials" };

/** App authentication as scm §5 says GitHub does it: the JWT is verified, tokens are long, narrow and end. */
export function createAppAuth(options: AppAuthOptions): AppAuthDouble {
  const app = appIdentity(options.app);
  const now = () => options.now();
  const book = new InstallationBook({ now, directory: options.directory, emit: (event) => options.emit(event) });
  const tokens = new Tokens({ app, book, now });
  const people = new Map<string, { login: string; via: "personal" | "oauth" }>();

  function personOf(via: "personal" | "oauth", prefix: string, login: string): string {
    if (options.directory.account(login) === null) throw new Error(`login: nobody is called ${login}`);
    const token = `${prefix}_${randomBytes(18).toString("hex")}`;
    people.set(token, { login, via });
    return token;
  }
  function callerOf({ scheme, secret }: Credential): Caller {
    const person = people.get(secret);
    if (person !== undefined) return { kind: "user", ...person };
    if (secret.startsWith("ghs_")) return tokens.identify(secret);
    if (scheme !== "bearer" || secret.split(".").length !== 3) return badCredentials;
    const wrong = judgeAppJwt(secret, app, now());
    return wrong === null ? { kind: "app" } : { kind: "refused", status: 401, message: wrong };
  }

  return {
    app,
    get installations() {
      return book.all;
    },
    tokenRequests: tokens.requests,
    installation: (id) => book.get(id),
    installationOf: (repositoryId) => book.of(repositoryId),
    install: (wish) => book.install(wish),
    uninstall: (id, by) => book.uninstall(id, by),
    suspend: (id, by) => book.suspend(id, { to: true, by }),
    unsuspend: (id, by) => book.suspend(id, { to: false, by }),
    select: (id, repositoryIds, by) => book.select(id, repositoryIds, by),
    acceptPermissions: (id, permissions, by) => book.acceptPermissions(id, permissions, by),
    mint: (installation, narrowing) => tokens.mint(installation, narrowing),
    personalToken: (login) => personOf("personal", "ghp", login),
    userToken: (login) => personOf("oauth", "ghu", login),
    revoke: (token) => {
      people.delete(token);
      tokens.revoked.add(token);
    },
    identify: (authorization) => {
      if (authorization === undefined) return { kind: "anonymous" };
      const credential = readCredential(authorization);
      return credential === null ? badCredentials : callerOf(credential);
    },
  };
}

interface TokensOptions {
  readonly app: AppIdentity;
  readonly book: InstallationBook;
  readonly now: () => number;
}

/** Installation tokens. */
class Tokens {
  readonly requests: TokenRequest[] = [];
  readonly revoked = new Set<string>();
  readonly #options: TokensOptions;
  readonly #secret = randomBytes(32).toString("hex");

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  mint(installation: number, narrowing: TokenNarrowing): MintedToken {
    const minted = this.#mint(installation, narrowing);
    const status = minted.ok ? 201 : minted.status;
    this.requests.push({ at: this.#options.now(), installation, narrowing, status });
    if (this.requests.length > keptRequests) this.requests.shift();
    return minted;
  }

  #mint(id: number, narrowing: TokenNarrowing): MintedToken {
    const { app, book, now } = this.#options;
    const installation = book.get(id);
    if (installation === null) return { ok: false, status: 404, message: "Not Found" };
    if (installation.suspendedAt !== null) return { ok: false, status: 403, message: suspended };
    const repositoryIds = narrowedIds(book.reach(installation), narrowing);
    if (repositoryIds === "unknown")
      return {
        ok: false,
        status: 422,
        message:
          "There is at least one repository that does not exist or is not accessible to the parent installation.",
      };
    if (!withinPermissions(narrowing.permissions ?? {}, installation.permissions))
      return {
        ok: false,
        status: 422,
        message: "The permissions requested are not granted to this installation.",
      };
    // Every token may read metadata.
    const permissions = { metadata: "read", ...(narrowing.permissions ?? installation.permissions) } as const;
    const expiresAt = Math.floor((now() + tokenLifeMs) / 1_000) * 1_000;
    const token = writeStatelessToken(
      { installation: id, permissions, repositoryIds, expiresAt },
      app.id,
      this.#secret,
    );
    return { ok: true, token, expiresAt, permissions, repositoryIds };
  }

  identify(token: string): Caller {
    const { app, book, now } = this.#options;
    const claims = readStatelessToken(token, app.id, this.#secret);
    if (claims === null || this.revoked.has(token) || claims.expiresAt <= now()) return badCredentials;
    const installation = book.get(claims.installation);
    if (installation === null) return badCredentials;
    if (installation.suspendedAt !== null) return { kind: "refused", status: 403, message: suspended };
    const within = (ids: readonly number[]) => {
      const reached = book.reach(installation);
      return ids.filter((id) => reached.some((one) => one.id === id));
    };
    return {
      kind: "installation",
      installation: claims.installation,
      login: `${app.slug}[bot]`,
      permissions: claims.permissions,
      repositoryIds: claims.repositoryIds && within(claims.repositoryIds),
    };
  }
}

/** Null when all of the installation is meant. */
function narrowedIds(
  reached: readonly { readonly id: number; readonly name: string }[],
  { repositoryIds, repositories }: TokenNarrowing,
): readonly number[] | null | "unknown" {
  if (repositoryIds === undefined && repositories === undefined) return null;
  const byName = (repositories ?? []).map((name) => reached.find((one) => one.name === name)?.id ?? Number.NaN);
  const wanted = [...new Set([...(repositoryIds ?? []), ...byName])];
  return wanted.every((id) => reached.some((one) => one.id === id)) ? wanted : "unknown";
}
