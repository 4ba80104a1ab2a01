import { readFileSync, writeFileSync } from "node:fs";
import { policyModule } from "./policy-module.ts";
import { schemaModule, type ApiDocument } from "./schema-types.ts";

// `npm run generate -w @gastown/client`: writes the types of the gateway's OpenAPI document, and the fields of the policy. Tests
// fail when they are stale.
const document = JSON.parse(
  readFileSync(new URL("../../../services/gateway/openapi.json", import.meta.url), "utf8"),
) as ApiDocument;
writeFileSync(new URL("schema.d.ts", import.meta.url), schemaModule(document));
writeFileSync(new URL("policy-fields.ts", import.meta.url), policyModule(document));
