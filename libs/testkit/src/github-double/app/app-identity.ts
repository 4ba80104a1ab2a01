import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { AppIdentity } from "../ports.ts";

let lastId = 410_000;

/** The key of all Apps of this process that are not given one: to make one takes 0.2 s. */
let ownKey: string | undefined;

/** An App with what is not given made up; two in one process never share an id. Its key is made when somebody needs it. */
export function appIdentity(given: Partial<AppIdentity> = {}): AppIdentity {
  lastId += 1;
  return {
    id: given.id ?? lastId,
    clientId: given.clientId ?? `Iv23li${randomBytes(7).toString("hex")}`,
    clientSecret: given.clientSecret ?? randomBytes(20).toString("hex"),
    slug: given.slug ?? "gastown-double",
    webhookSecret: given.webhookSecret ?? randomBytes(20).toString("hex"),
    get privateKey() {
      return given.privateKey ?? (ownKey ??= newKey());
    },
  };
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}
