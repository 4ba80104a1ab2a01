import { nkeys } from "@nats-io/nats-core";

/** The private keys of an installation's bus, as nkey seeds. Whoever has them decides who may do what (decision 0019). */
export interface BusKeys {
  /** Signs the two accounts. */
  readonly operator: string;
  /** The server's own account; nobody connects to it. */
  readonly system: string;
  /** The account that streams lie in: lost, they are. */
  readonly account: string;
  /** Signs users of the account, in the place of its own key. */
  readonly signing: string;
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** The seed of a pair, as text. */
export function seedOf(pair: KeyPair): string {
  return new TextDecoder().decode(pair.getSeed());
}

/** The pair of a seed; throws for what is none. */
export function pairOf(seed: string): KeyPair {
  return nkeys.fromSeed(new TextEncoder().encode(seed));
}

/** New keys for an installation. */
export function makeBusKeys(): BusKeys {
  return {
    operator: seedOf(nkeys.createOperator()),
    system: seedOf(nkeys.createAccount()),
    account: seedOf(nkeys.createAccount()),
    signing: seedOf(nkeys.createAccount()),
  };
}

/** The name that the server has for the account, also as the folder of its streams. */
export function accountName({ account }: BusKeys): string {
  return pairOf(account).getPublicKey();
}
