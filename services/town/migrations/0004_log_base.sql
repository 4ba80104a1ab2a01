CREATE TABLE "town"."log_base" (
	"town" text PRIMARY KEY NOT NULL,
	"entry" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"state" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "log_at" ON "town"."log" USING btree ("at");