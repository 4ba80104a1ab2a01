CREATE TABLE "gateway"."terminal_tickets" (
	"hash" text PRIMARY KEY NOT NULL,
	"town" text NOT NULL,
	"agent" text NOT NULL,
	"mode" text NOT NULL,
	"program" text NOT NULL,
	"session" text,
	"for_token" text NOT NULL,
	"actor" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
