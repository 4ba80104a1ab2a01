/* eslint-disable node/no-process-env -- tests find their servers by the environment, here and nowhere else */

/** The variable in which a test run tells its files where its one Postgres is. */
export const sharedPostgresVariable = "GASTOWN_TEST_POSTGRES_URL";

/** The Postgres that tests are to use, or null when they must start one. */
export function givenPostgresUrl(): string | null {
  return process.env[sharedPostgresVariable] || process.env["DATABASE_URL"] || null;
}
