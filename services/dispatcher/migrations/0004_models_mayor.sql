CREATE TABLE "dispatcher"."agent_models" (
	"town" text NOT NULL,
	"agent" text NOT NULL,
	"generation" integer NOT NULL,
	"model" text,
	"name" text,
	"command_id" text NOT NULL,
	"correlation_id" text NOT NULL,
	"traceparent" text,
	"wished_at" timestamp with time zone NOT NULL,
	"asked_at" timestamp with time zone,
	"asks" integer DEFAULT 0 NOT NULL,
	"taken" boolean DEFAULT false NOT NULL,
	CONSTRAINT "agent_models_town_agent_pk" PRIMARY KEY("town","agent")
);
--> statement-breakpoint
ALTER TABLE "dispatcher"."containers" ADD COLUMN "mayor" json;