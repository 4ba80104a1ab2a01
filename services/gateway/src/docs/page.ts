import type { OpenApiDocument } from "../openapi.ts";
import { problemKinds } from "../problem.ts";
import { html, prose, Html } from "./html.ts";
import { operationSection, type DocumentedOperation } from "./operation-section.ts";
import { schemaRows, typeText, type JsonSchema } from "./schema-rows.ts";
import { style } from "./style.ts";
import { fieldTable } from "./field-table.ts";

interface Tagged {
  tag: string;
  operations: DocumentedOperation[];
}

const methods = ["get", "post", "patch", "delete"] as const;

function operationsByTag(document: OpenApiDocument): Tagged[] {
  const tags = new Map<string, DocumentedOperation[]>();
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined) continue;
      const tag = operation.tags?.[0] ?? "Other";
      tags.set(tag, [
        ...(tags.get(tag) ?? []),
        { ...(operation as Omit<DocumentedOperation, "method" | "path">), method, path },
      ]);
    }
  return [...tags].map(([tag, operations]) => ({ tag, operations }));
}

function navigation(tags: Tagged[], schemas: string[]): Html {
  return html`<nav>
    <h1>Gastown</h1>
    <p class="dim"><a href="/openapi.json">openapi.json</a></p>
    ${tags.map(
      ({ tag, operations }) =>
        html`<h2>${tag}</h2>
          <ul>
            ${operations.map((operation) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}
          </ul>`,
    )}
    <h2>Schemas</h2>
    <ul>
      ${schemas.map((name) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
    </ul>
    <h2>Problems</h2>
    <ul>
      <li><a href="#problems">By code</a></li>
    </ul>
  </nav>`;
}

function schemaSection(name: string, schema: JsonSchema): Html {
  const rows = schemaRows(schema);
  return html`<article id="schema-${name}">
    <h3>${name}</h3>
    ${schema.description === undefined ? "" : prose(schema.description)}
    ${rows.length === 0 ? html`<p><code>${typeText(schema)}</code></p>` : fieldTable(rows)}
  </article>`;
}

function problemTable(): Html {
  const rows = Object.entries(problemKinds).map(
    ([code, kind]) =>
      html`<tr id="problem-${code}">
        <td>${code}</td>
        <td>${kind.status}</td>
        <td>${kind.title}</td>
        <td>${prose(kind.advice)}</td>
      </tr>`,
  );
  return html`<table>
    <tr>
      <th>code</th>
      <th>status</th>
      <th>what</th>
      <th>what to do</th>
    </tr>
    ${rows}
  </table>`;
}

/** The readable page of an OpenAPI document: one HTML file, no script, nothing from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const tags = operationsByTag(document);
  const schemas = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Gastown API</title>
        ${new Html(style.element)}
      </head>
      <body>
        <div class="page">
          ${navigation(tags, Object.keys(schemas))}
          <main>
            <h1>${document.info.title} API <span class="dim">${document.info.version}</span></h1>
            ${prose(document.info.description ?? "")}
            <pre><code>curl -H "Authorization: Bearer $GASTOWN_TOKEN" $GASTOWN_URL/v1/towns</code></pre>
            ${tags.map(
              ({ tag, operations }) =>
                html`<h2>${tag}</h2>
                  ${operations.map(operationSection)}`,
            )}
            <h2>Schemas</h2>
            ${Object.entries(schemas).map(([name, schema]) => schemaSection(name, schema))}
            <h2 id="problems">Problems</h2>
            ${problemTable()}
          </main>
        </div>
      </body>
    </html>`;
  return page.text;
}
