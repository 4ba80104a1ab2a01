CREATE SCHEMA "scm";
--> statement-breakpoint
CREATE TABLE "scm"."checks" (
	"id" text PRIMARY KEY NOT NULL,
	"pull" text NOT NULL,
	"name" text NOT NULL,
	"commit" text NOT NULL,
	"command" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"log" text DEFAULT '' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"runner" jsonb,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"next_look_at" timestamp with time zone,
	CONSTRAINT "checks_once" UNIQUE("pull","commit","name")
);
--> statement-breakpoint
CREATE TABLE "scm"."merge_attempts" (
	"pull" text NOT NULL,
	"fingerprint" text NOT NULL,
	"expected_head" text NOT NULL,
	"result" text NOT NULL,
	"tries" integer NOT NULL,
	"message" text,
	"sha" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "merge_attempts_pull_fingerprint_pk" PRIMARY KEY("pull","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "scm"."pulls" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"town" text NOT NULL,
	"rig" text NOT NULL,
	"number" integer,
	"bead" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"head_branch" text NOT NULL,
	"base_branch" text NOT NULL,
	"status" text DEFAULT 'opening' NOT NULL,
	"draft" boolean NOT NULL,
	"draft_wish" boolean,
	"close_wish" text,
	"merge_wish" text,
	"head_commit" text,
	"head_seen_at" timestamp with time zone,
	"mergeable_head" text,
	"merge_commit" text,
	"close_reason" text,
	"state" text,
	"causes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"same_looks" integer DEFAULT 0 NOT NULL,
	"announced" boolean DEFAULT false NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"report_due" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"traceparent" text,
	"merge_traceparent" text,
	"correlation_id" text NOT NULL,
	"causation_id" text NOT NULL,
	"next_look_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pulls_number" UNIQUE("town","rig","number")
);
--> statement-breakpoint
CREATE TABLE "scm"."repos" (
	"id" text PRIMARY KEY NOT NULL,
	"town" text NOT NULL,
	"rig" text NOT NULL,
	"source" text NOT NULL,
	"wanted_branch" text,
	"check_command" text,
	"required_approvals" integer NOT NULL,
	"state" text DEFAULT 'registering' NOT NULL,
	"reason" text,
	"default_branch" text,
	"last_number" integer DEFAULT 0 NOT NULL,
	"report_due" boolean DEFAULT true NOT NULL,
	"reported_url" text,
	"tries" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"traceparent" text,
	"correlation_id" text NOT NULL,
	"causation_id" text NOT NULL,
	"next_look_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "repos_town_rig" UNIQUE("town","rig")
);
--> statement-breakpoint
CREATE TABLE "scm"."reviews" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"pull" text NOT NULL,
	"reviewer" text NOT NULL,
	"verdict" text NOT NULL,
	"body" text NOT NULL,
	"commit" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"given_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "scm"."checks" ADD CONSTRAINT "checks_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."merge_attempts" ADD CONSTRAINT "merge_attempts_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."reviews" ADD CONSTRAINT "reviews_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "checks_due" ON "scm"."checks" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "pulls_live" ON "scm"."pulls" USING btree ("town","rig","bead") WHERE status in ('opening', 'open');--> statement-breakpoint
CREATE INDEX "pulls_bead" ON "scm"."pulls" USING btree ("town","bead");--> statement-breakpoint
CREATE INDEX "pulls_newest" ON "scm"."pulls" USING btree ("town","seq");--> statement-breakpoint
CREATE INDEX "pulls_due" ON "scm"."pulls" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
CREATE INDEX "repos_due" ON "scm"."repos" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
CREATE INDEX "reviews_pull" ON "scm"."reviews" USING btree ("pull","seq");