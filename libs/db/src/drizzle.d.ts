/* oxlint-disable eslint/no-restricted-imports -- this is where it comes from; the types are the same for both builds */
export * from "drizzle-orm";
export * from "drizzle-orm/node-postgres";
export * from "drizzle-orm/pg-core";
