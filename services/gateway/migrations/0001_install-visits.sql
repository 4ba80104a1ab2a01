CREATE TABLE "gateway"."install_visits" (
	"nonce_hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"for_user" text NOT NULL,
	"owner" text NOT NULL,
	"return_path" text,
	"link" jsonb,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
