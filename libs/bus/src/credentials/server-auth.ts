import { capabilitiesOf } from "../capabilities.ts";
import { shardMapping } from "../server-config.ts";
import { accountName, pairOf, type BusKeys } from "./bus-keys.ts";
import { signClaims } from "./sign-claims.ts";

const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** The lines of the server's configuration by which it lets in whom these keys signed, and nobody else. They hold no secret. */
export function serverAuth(keys: BusKeys, version: string): string[] {
  const operator = pairOf(keys.operator);
  const [system, account] = [pairOf(keys.system).getPublicKey(), accountName(keys)];
  const sign = (name: string, subject: string, nats: object): string =>
    signClaims({ type: "account", name, subject, signer: operator, nats: { ...nats } });
  const said = signClaims({
    type: "operator",
    name: "gastown",
    subject: operator.getPublicKey(),
    signer: operator,
    nats: { system_account: system },
  });
  const accounts = {
    [system]: sign("system", system, { limits: unlimited }),
    [account]: sign("gastown", account, {
      limits: { ...unlimited, ...storage },
      signing_keys: [pairOf(keys.signing).getPublicKey()],
      // A server that has an operator takes mappings from its accounts only.
      ...(capabilitiesOf(version).subjectTransform ? {} : { mappings: mappings() }),
    }),
  };
  return [
    "# Who may connect: users that are signed by the installation's keys (decision 0019).",
    `operator: ${JSON.stringify(said)}`,
    `system_account: ${system}`,
    "resolver: MEMORY",
    "resolver_preload: {",
    ...Object.entries(accounts).map(([name, jwt]) => `  ${name}: ${JSON.stringify(jwt)}`),
    "}",
  ];
}

function mappings(): Record<string, object[]> {
  return Object.fromEntries(shardMapping().map(([from, to]) => [from, [{ subject: to, weight: 100 }]]));
}
