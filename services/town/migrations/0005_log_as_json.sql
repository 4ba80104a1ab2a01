ALTER TABLE "town"."log" ALTER COLUMN "data" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "town"."log" ALTER COLUMN "decisions" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "town"."log" ALTER COLUMN "changes" SET DATA TYPE json;