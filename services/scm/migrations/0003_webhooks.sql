CREATE TABLE "scm"."cause_details" (
	"pull" text NOT NULL,
	"cause" text NOT NULL,
	"head" text NOT NULL,
	"base" text NOT NULL,
	"about" text NOT NULL,
	"asked" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "cause_details_pull_cause_head_base_pk" PRIMARY KEY("pull","cause","head","base")
);
--> statement-breakpoint
CREATE TABLE "scm"."deliveries" (
	"provider" text NOT NULL,
	"delivery" text NOT NULL,
	"event" text NOT NULL,
	"action" text,
	"installation" text,
	"repo_id" text,
	"status" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"redeliveries" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"stream_seq" bigint,
	"received_at" timestamp with time zone,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_provider_delivery_pk" PRIMARY KEY("provider","delivery")
);
--> statement-breakpoint
CREATE TABLE "scm"."hook_recoveries" (
	"provider" text PRIMARY KEY NOT NULL,
	"good_until" timestamp with time zone,
	"next_look_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "scm"."installation_proofs" (
	"hash" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"for_user" text NOT NULL,
	"installation" text,
	"person" text NOT NULL,
	"login" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scm"."installation_repos" (
	"installation" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"private" boolean NOT NULL,
	"default_branch" text,
	"url" text,
	CONSTRAINT "installation_repos_installation_id_pk" PRIMARY KEY("installation","id")
);
--> statement-breakpoint
CREATE TABLE "scm"."installation_requests" (
	"requester" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"owner" text NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scm"."installation_sweeps" (
	"id" text PRIMARY KEY NOT NULL,
	"next_look_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "scm"."installations" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"account_login" text NOT NULL,
	"account_type" text NOT NULL,
	"state" text NOT NULL,
	"selection" text NOT NULL,
	"permissions" jsonb NOT NULL,
	"owner" text,
	"linked_by" text,
	"linked_at" timestamp with time zone,
	"heard_at" timestamp with time zone,
	"next_look_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scm"."snapshots" (
	"pull" text NOT NULL,
	"head" text NOT NULL,
	"raw_hash" text NOT NULL,
	"snapshot" jsonb NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	CONSTRAINT "snapshots_pull_head_pk" PRIMARY KEY("pull","head")
);
--> statement-breakpoint
CREATE TABLE "scm"."sweeps" (
	"id" text PRIMARY KEY NOT NULL,
	"next_look_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "scm"."thread_replies" (
	"id" text PRIMARY KEY NOT NULL,
	"pull" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "stale_looks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "merged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "next_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "dirty_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "known_head" text;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "known_head_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "known_change_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "foreign" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "branch_settled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "branch_updates" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "status_reported" text;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "wait_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "forge" text DEFAULT 'local' NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "merge" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "remote" text;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "remote_id" text;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "installation" text;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "unchecked_merges" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "paused_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "scm"."cause_details" ADD CONSTRAINT "cause_details_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."installation_repos" ADD CONSTRAINT "installation_repos_installation_installations_id_fk" FOREIGN KEY ("installation") REFERENCES "scm"."installations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."snapshots" ADD CONSTRAINT "snapshots_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."sweeps" ADD CONSTRAINT "sweeps_id_repos_id_fk" FOREIGN KEY ("id") REFERENCES "scm"."repos"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."thread_replies" ADD CONSTRAINT "thread_replies_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_at" ON "scm"."deliveries" USING btree ("at");--> statement-breakpoint
CREATE INDEX "hook_recoveries_due" ON "scm"."hook_recoveries" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
CREATE INDEX "installation_repos_name" ON "scm"."installation_repos" USING btree ("installation","name");--> statement-breakpoint
CREATE INDEX "installations_owner" ON "scm"."installations" USING btree ("owner","id");--> statement-breakpoint
CREATE INDEX "installations_due" ON "scm"."installations" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
CREATE INDEX "sweeps_due" ON "scm"."sweeps" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
CREATE INDEX "pulls_head" ON "scm"."pulls" USING btree ("head_commit");--> statement-breakpoint
CREATE INDEX "repos_remote" ON "scm"."repos" USING btree ("forge","remote_id");