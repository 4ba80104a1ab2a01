import { writeFileSync } from "node:fs";
import { openApiDocument } from "./openapi.ts";
import { version } from "./version.ts";

// `npm run openapi -w @gastown/gateway`: writes the document that libs/client is generated from. A test fails when it is stale.
writeFileSync(
  new URL("../openapi.json", import.meta.url),
  `${JSON.stringify(openApiDocument({ version }), null, 2)}\n`,
);
