CREATE TABLE "dispatcher"."agent_nudges" (
	"town" text NOT NULL,
	"nudge" text NOT NULL,
	"agent" text NOT NULL,
	"generation" integer NOT NULL,
	"message" text NOT NULL,
	"mode" text NOT NULL,
	"command_id" text NOT NULL,
	"correlation_id" text NOT NULL,
	"traceparent" text,
	"wished_at" timestamp with time zone NOT NULL,
	"asked_at" timestamp with time zone,
	"asks" integer DEFAULT 0 NOT NULL,
	"given_at" timestamp with time zone,
	CONSTRAINT "agent_nudges_town_nudge_pk" PRIMARY KEY("town","nudge")
);
--> statement-breakpoint
ALTER TABLE "dispatcher"."containers" ADD COLUMN "waits_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatcher"."containers" ADD COLUMN "forgotten_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatcher"."containers" ADD COLUMN "clearing" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "containers_places" ON "dispatcher"."containers" USING btree ("waits_since") WHERE state <> 'stopped' or waits_since is not null;