ALTER TABLE "town"."rigs" ADD COLUMN "forge" text DEFAULT 'local' NOT NULL;--> statement-breakpoint
ALTER TABLE "town"."rigs" ADD COLUMN "merge" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
UPDATE "town"."log" SET "data" = ("data"::jsonb || '{"forge": "local", "merge": {}}'::jsonb)::json WHERE "type" = 'town.rig.add';--> statement-breakpoint
UPDATE "town"."log" SET "changes" = (
	SELECT json_agg(CASE WHEN c->>'type' = 'rig.added' THEN jsonb_set(c::jsonb, '{rig}', (c->'rig')::jsonb || '{"forge": "local", "merge": {}}'::jsonb)::json ELSE c END ORDER BY place)
	FROM json_array_elements("changes") WITH ORDINALITY AS changed(c, place)
) WHERE "type" = 'town.rig.add';--> statement-breakpoint
UPDATE "town"."log_base" SET "state" = jsonb_set("state", '{rigs}', coalesce((SELECT jsonb_agg(rig || '{"forge": "local", "merge": {}}'::jsonb ORDER BY place) FROM jsonb_array_elements("state"->'rigs') WITH ORDINALITY AS stored(rig, place)), '[]'::jsonb));
