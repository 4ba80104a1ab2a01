CREATE SCHEMA "town";
--> statement-breakpoint
CREATE TABLE "town"."agents" (
	"town" text NOT NULL,
	"agent" text NOT NULL,
	"number" bigint NOT NULL,
	"name" text NOT NULL,
	"identity" text NOT NULL,
	"role" text NOT NULL,
	"rig" text,
	"status" text NOT NULL,
	"hook" text,
	"generation" integer NOT NULL,
	"process" jsonb NOT NULL,
	"alive_at" timestamp with time zone,
	"active_at" timestamp with time zone,
	"stop_asked_at" timestamp with time zone,
	"status_message" text,
	"correlation" text,
	"traceparent" text,
	"created_at" timestamp with time zone NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "agents_town_agent_pk" PRIMARY KEY("town","agent"),
	CONSTRAINT "agents_identity" UNIQUE("town","identity")
);
--> statement-breakpoint
CREATE TABLE "town"."bead_history" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "town"."bead_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"town" text NOT NULL,
	"bead" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"type" text NOT NULL,
	"actor" text NOT NULL,
	"cause" text NOT NULL,
	"trace_id" text,
	"data" jsonb NOT NULL,
	CONSTRAINT "bead_history_id_pk" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "town"."beads" (
	"town" text NOT NULL,
	"bead" text NOT NULL,
	"number" bigint NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"rig" text,
	"parent" text,
	"assignee" text,
	"priority" text NOT NULL,
	"labels" text[] NOT NULL,
	"severity" text,
	"held" boolean NOT NULL,
	"blocked" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"last_dispatch_at" timestamp with time zone,
	"rework_rounds" integer NOT NULL,
	"branch" text,
	"feedback" text,
	"checkpoint" jsonb,
	"last_agent" text,
	"failure_code" text,
	"failure_message" text,
	"correlation" text NOT NULL,
	"traceparent" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"version" integer NOT NULL,
	CONSTRAINT "beads_town_bead_pk" PRIMARY KEY("town","bead")
);
--> statement-breakpoint
CREATE TABLE "town"."causes" (
	"town" text NOT NULL,
	"bead" text NOT NULL,
	"rule" text NOT NULL,
	"says" text NOT NULL,
	"moves_when" text NOT NULL,
	"until" timestamp with time zone,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "causes_town_bead_rule_pk" PRIMARY KEY("town","bead","rule")
);
--> statement-breakpoint
CREATE TABLE "town"."dependencies" (
	"town" text NOT NULL,
	"bead" text NOT NULL,
	"depends_on" text NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "dependencies_town_bead_depends_on_pk" PRIMARY KEY("town","bead","depends_on")
);
--> statement-breakpoint
CREATE TABLE "town"."merge_requests" (
	"town" text NOT NULL,
	"bead" text NOT NULL,
	"source" text NOT NULL,
	"branch" text NOT NULL,
	"target" text NOT NULL,
	"head" text,
	"summary" text NOT NULL,
	"pull" jsonb,
	"pull_state" text,
	"awaits_report" boolean NOT NULL,
	"review" text NOT NULL,
	"review_head" text,
	"review_summary" text,
	"reviewer" text,
	"review_told" boolean NOT NULL,
	"parked" boolean NOT NULL,
	"reworked_head" text,
	"open_asked_at" timestamp with time zone,
	"merge_asked_at" timestamp with time zone,
	"merge_asked_head" text,
	"close_asked_at" timestamp with time zone,
	CONSTRAINT "merge_requests_town_bead_pk" PRIMARY KEY("town","bead")
);
--> statement-breakpoint
CREATE TABLE "town"."rigs" (
	"town" text NOT NULL,
	"rig" text NOT NULL,
	"prefix" text NOT NULL,
	"source" text NOT NULL,
	"default_branch" text,
	"check_command" text,
	"required_approvals" integer NOT NULL,
	"state" text NOT NULL,
	"state_reason" text,
	"clone_url" text,
	"asked_at" timestamp with time zone,
	"correlation" text NOT NULL,
	"traceparent" text,
	"created_at" timestamp with time zone NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "rigs_town_rig_pk" PRIMARY KEY("town","rig"),
	CONSTRAINT "rigs_prefix" UNIQUE("town","prefix")
);
--> statement-breakpoint
CREATE TABLE "town"."towns" (
	"town" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"policy_override" jsonb NOT NULL,
	"model" text,
	"next_number" bigint NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"next_look_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "bead_history_bead" ON "town"."bead_history" USING btree ("town","bead","id");--> statement-breakpoint
CREATE UNIQUE INDEX "beads_number" ON "town"."beads" USING btree ("town","number" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "beads_live" ON "town"."beads" USING btree ("town","type") WHERE "town"."beads"."status" not in ('closed', 'failed');--> statement-breakpoint
CREATE INDEX "beads_rig" ON "town"."beads" USING btree ("town","rig","status");--> statement-breakpoint
CREATE INDEX "dependencies_dependants" ON "town"."dependencies" USING btree ("town","depends_on");--> statement-breakpoint
CREATE INDEX "merge_requests_source" ON "town"."merge_requests" USING btree ("town","source");--> statement-breakpoint
CREATE INDEX "towns_due" ON "town"."towns" USING btree ("next_look_at") WHERE "town"."towns"."next_look_at" is not null;