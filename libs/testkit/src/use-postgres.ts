import { afterAll, beforeAll } from "vitest";
import { startPostgres, type TestPostgres } from "./postgres.ts";

/** Postgres for the tests of one file; usable inside hooks and tests only. */
export interface UsedPostgres {
  /** An administrator's URL. */
  readonly adminUrl: string;
  /** A database of this file alone. */
  readonly databaseUrl: string;
  /** One more empty database. */
  createDatabase(): Promise<string>;
}

/** A database that is there before the tests of the calling file and gone after them. */
export function usePostgres(): UsedPostgres {
  let started: { server: TestPostgres; databaseUrl: string } | undefined;
  beforeAll(async () => {
    const server = await startPostgres();
    started = { server, databaseUrl: await server.createDatabase() };
  });
  afterAll(() => started?.server.close());
  return {
    get adminUrl() {
      return running(started).server.url;
    },
    get databaseUrl() {
      return running(started).databaseUrl;
    },
    createDatabase: () => running(started).server.createDatabase(),
  };
}

/** What was started, or an error that says where it may be used. */
export function running<T>(started: T | undefined): T {
  if (started === undefined) throw new Error("servers run inside hooks and tests only: read their URLs there");
  return started;
}
