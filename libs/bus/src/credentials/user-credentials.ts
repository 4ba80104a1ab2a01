import { nkeys } from "@nats-io/nats-core";
import { accountName, pairOf, seedOf, type BusKeys } from "./bus-keys.ts";
import { containerPermissions } from "./container-permissions.ts";
import { signClaims } from "./sign-claims.ts";

const unlimited = { subs: -1, data: -1, payload: -1 };

/** What makes users of an account; a text, so that it can be handed on as a secret. */
interface Issuer {
  /** The account's public key. */
  account: string;
  /** A seed of one of its signing keys. */
  seed: string;
}

/** The credentials, as text, of a service or of a person: they may do everything on the bus. */
export function userCredentials(keys: BusKeys, name: string): string {
  return credentials({ account: accountName(keys), seed: keys.signing }, { name, nats: {} });
}

/** What the dispatcher needs to give each container credentials of its own: keep it as the secret it is. */
export function issuerOf(keys: BusKeys): string {
  const issuer: Issuer = { account: accountName(keys), seed: keys.signing };
  return JSON.stringify(issuer);
}

/**
 * New credentials, as text, for the container host of one town: what `containerPermissions` says, and nothing of another town. Throws for
 * an issuer that `issuerOf` did not make; the error does not repeat it.
 */
export function containerCredentials(issuer: string, { town, container }: { town: string; container: string }): string {
  return credentials(readIssuer(issuer), { name: `container/${container}`, nats: containerPermissions(town) });
}

function credentials({ account, seed }: Issuer, user: { name: string; nats: object }): string {
  const pair = nkeys.createUser();
  const jwt = signClaims({
    type: "user",
    name: user.name,
    subject: pair.getPublicKey(),
    signer: pairOf(seed),
    nats: { ...unlimited, ...user.nats, issuer_account: account },
  });
  // The format of a `.creds` file, as the nats command reads it.
  return [
    `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n`,
    `-----BEGIN USER NKEY SEED-----\n${seedOf(pair)}\n------END USER NKEY SEED------\n`,
  ].join("\n");
}

function readIssuer(text: string): Issuer {
  try {
    const { account, seed } = JSON.parse(text) as Record<string, unknown>;
    if (typeof account === "string" && typeof seed === "string" && nkeys.fromPublic(account) && pairOf(seed))
      return { account, seed };
  } catch {
    // what it is instead is not repeated: it may be half of a secret
  }
  throw new Error("this issues no credentials for containers: give the text that issuerOf makes, {account, seed}");
}
