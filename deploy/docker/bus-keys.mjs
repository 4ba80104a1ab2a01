// Makes the keys of an installation's bus, once, and what each of its parts needs of them, each time (docs/decisions/0019):
//   node deploy/docker/bus-keys.mjs KEYS USERS
// KEYS gets keys.json (keep it secret, and keep it: streams belong to its account), account (its name) and what nats-server.conf includes:
// auth.conf, and auth-2.9.conf for servers below 2.10. USERS gets a .creds file for each service and for people (ops), and issuer.json,
// from which the dispatcher makes the credentials of containers.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  accountName,
  issuerOf,
  makeBusKeys,
  minimumServer,
  recommendedServer,
  serverAuth,
  userCredentials,
} from "@gastown/bus";

const [keysFolder, usersFolder] = process.argv.slice(2);
if (usersFolder === undefined) throw new Error("usage: node deploy/docker/bus-keys.mjs KEYS USERS");

/** In one step, for its owner only: a reader sees the old text or the new one. */
async function write(file, text) {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function keptKeys() {
  try {
    return JSON.parse(await readFile(join(keysFolder, "keys.json"), "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return null;
  }
}

const kept = await keptKeys();
const keys = kept ?? makeBusKeys();
if (kept === null) await write(join(keysFolder, "keys.json"), JSON.stringify(keys));
const lines = (version) => [...serverAuth(keys, version), ""].join("\n");
await write(join(keysFolder, "auth.conf"), lines(recommendedServer));
await write(join(keysFolder, "auth-2.9.conf"), lines(minimumServer));
await write(join(keysFolder, "account"), `${accountName(keys)}\n`);
for (const name of ["ops", "town", "scm", "dispatcher", "gateway"])
  await write(join(usersFolder, `${name}.creds`), userCredentials(keys, name));
await write(join(usersFolder, "issuer.json"), issuerOf(keys));
console.log(`${kept === null ? "made new keys" : "kept the keys"} of account ${accountName(keys)}`);
