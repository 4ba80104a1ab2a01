CREATE TABLE "town"."former_towns" (
	"town" text PRIMARY KEY NOT NULL,
	"next_number" bigint NOT NULL
);
