CREATE TABLE "town"."log" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "town"."log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"town" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"type" text NOT NULL,
	"actor" text NOT NULL,
	"cause" text NOT NULL,
	"correlation" text NOT NULL,
	"traceparent" text,
	"data" jsonb,
	"as_of" bigint,
	"listening_since" timestamp with time zone,
	"decisions" jsonb,
	"changes" jsonb NOT NULL,
	CONSTRAINT "log_id_pk" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "town"."nudges" (
	"town" text NOT NULL,
	"nudge" text NOT NULL,
	"number" bigint NOT NULL,
	"agent" text NOT NULL,
	"message" text NOT NULL,
	"mode" text NOT NULL,
	"priority" text NOT NULL,
	"source" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"asked_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"correlation" text NOT NULL,
	"traceparent" text,
	"version" integer NOT NULL,
	CONSTRAINT "nudges_town_nudge_pk" PRIMARY KEY("town","nudge")
);
--> statement-breakpoint
ALTER TABLE "town"."merge_requests" ALTER COLUMN "source" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "worked_on" text;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "dispatched_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "used" jsonb DEFAULT '{"tokens":0,"microUsd":0}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "busy" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "stalled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "nudged_at" jsonb DEFAULT '{"warn":null,"escalate":null}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "setbacks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "dispatches" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "agent_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "tokens" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "micro_usd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "budget_told" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "convoy" text;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "molecule" text;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "step" jsonb;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "triage" jsonb;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "fixup" jsonb;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "acknowledged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "re_escalations" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "announced" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."beads" ADD COLUMN "details" jsonb;--> statement-breakpoint
ALTER TABLE "town"."merge_requests" ADD COLUMN "adopts" integer;--> statement-breakpoint
ALTER TABLE "town"."merge_requests" ADD COLUMN "awaiting_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "town"."merge_requests" ADD COLUMN "fixups" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."merge_requests" ADD COLUMN "stuck" jsonb;--> statement-breakpoint
ALTER TABLE "town"."rigs" ADD COLUMN "policy_override" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."rigs" ADD COLUMN "model" text;--> statement-breakpoint
ALTER TABLE "town"."rigs" ADD COLUMN "models" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."rigs" ADD COLUMN "instructions" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."rigs" ADD COLUMN "env" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "models" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "instructions" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "env" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "stopped" jsonb;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "failures" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "open" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "spent" jsonb DEFAULT '{"dispatches":0,"agentMs":0,"tokens":0,"microUsd":0}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "spent_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."towns" ADD COLUMN "budget_told" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "log_town" ON "town"."log" USING btree ("town","id");--> statement-breakpoint
CREATE INDEX "nudges_agent" ON "town"."nudges" USING btree ("town","agent");--> statement-breakpoint
CREATE INDEX "nudges_pending" ON "town"."nudges" USING btree ("town") WHERE "town"."nudges"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "beads_convoy" ON "town"."beads" USING btree ("town","convoy") WHERE "town"."beads"."convoy" is not null;--> statement-breakpoint
CREATE INDEX "beads_parent" ON "town"."beads" USING btree ("town","parent") WHERE "town"."beads"."parent" is not null;