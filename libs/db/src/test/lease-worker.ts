// Holds the lease "one" until it is killed, and says so. Arguments: the database's URL.
import { connectDatabase, withLease } from "../index.ts";
import { logger } from "./open-schema.ts";

const db = await connectDatabase({ url: process.argv[2] ?? "", schema: "town", name: "worker", logger });
await withLease(
  db,
  "one",
  (lease) => {
    process.stdout.write(`${lease.epoch}\n`);
    return new Promise(() => setInterval(() => {}, 1_000));
  },
  { signal: new AbortController().signal, logger },
);
