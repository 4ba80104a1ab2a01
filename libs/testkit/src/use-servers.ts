import { afterAll, beforeAll } from "vitest";
import { startNats, type NatsOptions, type TestNats } from "./nats.ts";
import { running, usePostgres, type UsedPostgres } from "./use-postgres.ts";

/** NATS and Postgres for the tests of one file; usable inside hooks and tests only. */
export interface UsedServers extends UsedPostgres {
  readonly nats: TestNats;
  readonly natsUrl: string;
}

/** A nats-server and a database that are there before the tests of the calling file and gone after them. */
export function useServers(options?: NatsOptions): UsedServers {
  const database = usePostgres();
  let nats: TestNats | undefined;
  beforeAll(async () => {
    nats = await startNats(options);
  });
  afterAll(() => nats?.close());
  return {
    get adminUrl() {
      return database.adminUrl;
    },
    get databaseUrl() {
      return database.databaseUrl;
    },
    createDatabase: () => database.createDatabase(),
    get nats() {
      return running(nats);
    },
    get natsUrl() {
      return running(nats).url;
    },
  };
}
