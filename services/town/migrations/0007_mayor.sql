ALTER TABLE "town"."agents" ADD COLUMN "model" jsonb;--> statement-breakpoint
ALTER TABLE "town"."agents" ADD COLUMN "duty" jsonb DEFAULT '{"wantedAt":null,"workingSince":null,"setbacks":0,"cutOff":false}'::jsonb NOT NULL;--> statement-breakpoint
UPDATE "town"."agents" AS a SET "model" = jsonb_build_object(
	'wished', told.model,
	'inEffect', CASE WHEN a."process"->>'state' IN ('running', 'lost') OR a."process"->>'how' = 'exited' THEN told.model END,
	'failure', null
) FROM (
	SELECT b."town", b."agent", coalesce(r."models"->>b."role", r."model", t."models"->>b."role", t."model") AS model
	FROM "town"."agents" b JOIN "town"."towns" t ON t."town" = b."town" LEFT JOIN "town"."rigs" r ON r."town" = b."town" AND r."rig" = b."rig"
) AS told WHERE told."town" = a."town" AND told."agent" = a."agent" AND a."generation" > 0;--> statement-breakpoint
UPDATE "town"."log" SET "changes" = (
	SELECT json_agg(CASE WHEN c->>'type' = 'agent.registered' THEN jsonb_set(c::jsonb, '{agent}', (c->'agent')::jsonb || '{"model": null, "duty": {"wantedAt": null, "workingSince": null, "setbacks": 0, "cutOff": false}}'::jsonb)::json ELSE c END ORDER BY place)
	FROM json_array_elements("changes") WITH ORDINALITY AS changed(c, place)
) WHERE "changes"::text LIKE '%"agent.registered"%';--> statement-breakpoint
UPDATE "town"."log_base" AS base SET "state" = jsonb_set("state", '{agents}', coalesce((
	SELECT jsonb_agg(stored || jsonb_build_object('model', now."model", 'duty', '{"wantedAt": null, "workingSince": null, "setbacks": 0, "cutOff": false}'::jsonb) ORDER BY place)
	FROM jsonb_array_elements("state"->'agents') WITH ORDINALITY AS kept(stored, place)
	LEFT JOIN "town"."agents" now ON now."town" = base."town" AND now."agent" = stored->>'agent'
), '[]'::jsonb));
