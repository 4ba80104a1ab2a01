import { readFileSync, writeFileSync } from "node:fs";
import { schemaModule, type ApiDocument } from "./schema-types.ts";

// `npm run generate -w @gastown/client`: writes the types of the gateway's OpenAPI document. A test fails when they are stale.
const document = JSON.parse(
  readFileSync(new URL("../../../services/gateway/openapi.json", import.meta.url), "utf8"),
) as ApiDocument;
writeFileSync(new URL("schema.d.ts", import.meta.url), schemaModule(document));
