import { boolean, index, jsonb, primaryKey, sql, text, timestamp } from "@gastown/db/drizzle";
import { scm } from "./scm.ts";

const at = (name: string) => timestamp(name, { withTimezone: true });

/** One row an installation of the GitHub App that was ever seen: what GitHub says of it, and whose rigs may use it. */
export const installations = scm.table(
  "installations",
  {
    /** GitHub's number. */
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    accountLogin: text("account_login").notNull(),
    accountType: text("account_type").notNull(),
    state: text({ enum: ["active", "suspended", "removed"] }).notNull(),
    selection: text({ enum: ["all", "selected"] }).notNull(),
    permissions: jsonb().$type<Record<string, string>>().notNull(),
    /** A town, `_` for all towns, or null: nobody has linked it. */
    owner: text(),
    /** The actor who did. */
    linkedBy: text("linked_by"),
    linkedAt: at("linked_at"),
    /** The `updated_at` of the newest webhook: what is older has nothing to say about the state. */
    heardAt: at("heard_at"),
    nextLookAt: at("next_look_at"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("installations_owner").on(table.owner, table.id),
    index("installations_due")
      .on(table.nextLookAt)
      .where(sql`next_look_at is not null`),
  ],
);

/** What an installation reaches. */
export const installationRepos = scm.table(
  "installation_repos",
  {
    installation: text()
      .notNull()
      .references(() => installations.id, { onDelete: "cascade" }),
    /** GitHub's number. */
    id: text().notNull(),
    /** `acme/app`. */
    name: text().notNull(),
    private: boolean().notNull(),
    /** Null until GitHub was read after a webhook named it. */
    defaultBranch: text("default_branch"),
    url: text(),
  },
  (table) => [
    primaryKey({ columns: [table.installation, table.id] }),
    index("installation_repos_name").on(table.installation, table.name),
  ],
);

/** Who asked an owner of their organization for the App, and for whom of us (scm §5.3.5). One open request a person. */
export const installationRequests = scm.table("installation_requests", {
  /** GitHub's number of the person. */
  requester: text().primaryKey(),
  login: text().notNull(),
  owner: text().notNull(),
  /** The actor it is done for. */
  by: text().notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
});

/** What was verified and is not linked yet: the hash of a proof, and what it is good for. */
export const installationProofs = scm.table("installation_proofs", {
  hash: text().primaryKey(),
  owner: text().notNull(),
  user: text("for_user").notNull(),
  /** Null: only who the person is. */
  installation: text(),
  person: text().notNull(),
  login: text().notNull(),
  expiresAt: at("expires_at").notNull(),
});

/** One row: when all installations are read from GitHub the next time, so that a lost webhook is found out. */
export const installationSweeps = scm.table("installation_sweeps", {
  id: text().primaryKey(),
  nextLookAt: at("next_look_at"),
});
