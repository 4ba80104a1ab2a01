import { randomBytes } from "node:crypto";

interface Code {
  readonly login: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const codeLifeMs = 10 * 60_000;

/** Codes of the OAuth web flow: good once, for ten minutes. */
export class OauthCodes {
  readonly #now: () => number;
  readonly #codes = new Map<string, Code>();
  /** Who let the App act for them already; they are not asked again. */
  readonly authorized = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  make(login: string): string {
    const code = randomBytes(10).toString("hex");
    this.authorized.add(login);
    this.#codes.set(code, { login, expiresAt: this.#now() + codeLifeMs });
    return code;
  }

  /** Whose code it was; null when it is unknown, too old or was used. */
  use(code: string): string | null {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found !== undefined && found.expiresAt > this.#now() ? found.login : null;
  }
}
