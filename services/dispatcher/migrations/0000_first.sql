CREATE SCHEMA "dispatcher";
--> statement-breakpoint
CREATE TABLE "dispatcher"."agent_observed" (
	"town" text NOT NULL,
	"agent" text NOT NULL,
	"generation" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"container" text,
	"command_id" text NOT NULL,
	"correlation_id" text NOT NULL,
	"traceparent" text,
	"since" timestamp with time zone NOT NULL,
	"alive_at" timestamp with time zone,
	"active_at" timestamp with time zone,
	"input_tokens" bigint DEFAULT 0 NOT NULL,
	"output_tokens" bigint DEFAULT 0 NOT NULL,
	"stop_reason" text,
	"stop_asked_at" timestamp with time zone,
	"stop_asks" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "agent_observed_town_agent_pk" PRIMARY KEY("town","agent")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."agent_wishes" (
	"town" text NOT NULL,
	"agent" text NOT NULL,
	"generation" integer NOT NULL,
	"job" json NOT NULL,
	"command_id" text NOT NULL,
	"correlation_id" text NOT NULL,
	"traceparent" text,
	"wished_at" timestamp with time zone NOT NULL,
	"asked_at" timestamp with time zone,
	"refusal" text,
	"refusals" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "agent_wishes_town_agent_pk" PRIMARY KEY("town","agent")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."containers" (
	"town" text PRIMARY KEY NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'stopped' NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"started_at" timestamp with time zone,
	"seen_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"vouched_at" timestamp with time zone,
	"next_look_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "containers_due" ON "dispatcher"."containers" USING btree ("next_look_at") WHERE next_look_at is not null;