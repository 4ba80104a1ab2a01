import { sharedPostgresVariable, givenPostgresUrl } from "./config.ts";
import { startOwnPostgres } from "./postgres.ts";

/**
 * A vitest `globalSetup`: one Postgres for the whole run, which `startPostgres` then finds by itself in every test file.
 * Nothing is started when the environment already names one.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (givenPostgresUrl() !== null) return () => Promise.resolve();
  const server = await startOwnPostgres();
  // eslint-disable-next-line node/no-process-env -- how a globalSetup reaches the processes that vitest starts after it
  process.env[sharedPostgresVariable] = server.url;
  return server.stop;
}
