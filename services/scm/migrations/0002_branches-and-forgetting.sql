CREATE TABLE "scm"."branches" (
	"id" text PRIMARY KEY NOT NULL,
	"town" text NOT NULL,
	"rig" text NOT NULL,
	"branch" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"traceparent" text,
	"correlation_id" text NOT NULL,
	"causation_id" text NOT NULL,
	"next_look_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "scm"."checks" DROP CONSTRAINT "checks_pull_pulls_id_fk";
--> statement-breakpoint
ALTER TABLE "scm"."merge_attempts" DROP CONSTRAINT "merge_attempts_pull_pulls_id_fk";
--> statement-breakpoint
ALTER TABLE "scm"."reviews" DROP CONSTRAINT "reviews_pull_pulls_id_fk";
--> statement-breakpoint
ALTER TABLE "scm"."pulls" ALTER COLUMN "bead" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."pulls" ADD COLUMN "asked_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "scm"."repos" ADD COLUMN "purge" jsonb;--> statement-breakpoint
CREATE INDEX "branches_rig" ON "scm"."branches" USING btree ("town","rig");--> statement-breakpoint
CREATE INDEX "branches_due" ON "scm"."branches" USING btree ("next_look_at") WHERE next_look_at is not null;--> statement-breakpoint
ALTER TABLE "scm"."checks" ADD CONSTRAINT "checks_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."merge_attempts" ADD CONSTRAINT "merge_attempts_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scm"."reviews" ADD CONSTRAINT "reviews_pull_pulls_id_fk" FOREIGN KEY ("pull") REFERENCES "scm"."pulls"("id") ON DELETE cascade ON UPDATE no action;