import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { docsPage } from "./docs/page.ts";
import { openApiDocument } from "./openapi.ts";
import { templateOf } from "./operation.ts";
import { problemKinds } from "./problem.ts";
import { operations } from "./routes/operations.ts";
import { version } from "./version.ts";

const document = openApiDocument({ version });

test("openapi.json is what the routes say (else: npm run openapi -w @gastown/gateway, npm run generate -w @gastown/client)", () => {
  const stored: unknown = JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8"));
  expect(stored).toEqual(JSON.parse(JSON.stringify(document)));
});

test("ids and routes are unique, and every parameter of a path is declared", () => {
  const ids = operations.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  const templates = operations.map(templateOf);
  expect(templates).toEqual([...new Set(templates)]);
  for (const op of operations) {
    const named = [...op.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    expect({ id: op.id, parameters: Object.keys(op.params?.shape ?? {}).toSorted() }).toEqual({
      id: op.id,
      parameters: named.toSorted(),
    });
  }
});

test("no answer of a list or a view is without its schema", () => {
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(
    expect.arrayContaining(["Town", "Bead", "Agent", "Pull", "Problem", "StreamFrame"]),
  );
  expect(JSON.stringify(document)).not.toContain('"undefined"');
});

test("the page has every operation, schema and problem, and nothing unescaped", () => {
  const page = docsPage({ ...document, info: { ...document.info, description: "<script>alert(1)</script> `a<b`" } });
  for (const { id, path } of operations)
    expect(page).toMatch(new RegExp(`<article id="${id}">[^]*${path.replaceAll(/[{}]/g, "[{}]")}`));
  for (const name of Object.keys(document.components?.schemas ?? {})) expect(page).toContain(`id="schema-${name}"`);
  for (const code of Object.keys(problemKinds)) expect(page).toContain(`id="problem-${code}"`);
  expect(page).not.toContain("<script");
  expect(page).toContain("<code>a&lt;b</code>");
});
