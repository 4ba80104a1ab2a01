import { fieldTable } from "./field-table.ts";
import { html, prose, type Html } from "./html.ts";
import { limitsText, schemaRows, typeText, type JsonSchema } from "./schema-rows.ts";

interface Media {
  content?: Record<string, { schema?: JsonSchema }>;
  description?: string;
}

/** An operation of the document with its place. */
export interface DocumentedOperation {
  operationId: string;
  method: string;
  path: string;
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: JsonSchema }[];
  requestBody?: Media;
  responses?: Record<string, Media>;
}

function schemaOf(media: Media | undefined): JsonSchema | undefined {
  return Object.values(media?.content ?? {})[0]?.schema;
}

function parameters(operation: DocumentedOperation): Html | string {
  const rows = (operation.parameters ?? []).map(({ name, in: where, required, description, schema = {} }) => ({
    name: where === "query" ? `?${name}` : where === "header" ? `${name}:` : name,
    type: typeText(schema),
    required: required ?? false,
    notes: [description, where === "path" ? "" : limitsText(schema)].filter(Boolean).join("; "),
  }));
  return rows.length === 0
    ? ""
    : html`<h4>Parameters</h4>
        ${fieldTable(rows)}`;
}

function body({ requestBody }: DocumentedOperation): Html | string {
  const schema = schemaOf(requestBody);
  return schema === undefined
    ? ""
    : html`<h4>Body (JSON)</h4>
        ${fieldTable(schemaRows(schema))}`;
}

/** `{ seq, data }` is everywhere; what differs is `data`. */
function answerText(media: Media): string {
  const schema = schemaOf(media);
  if (schema === undefined) return "";
  const data = schema.properties?.["data"];
  const items = data?.properties?.["items"]?.items;
  if (items !== undefined) return `list of ${typeText(items)}`;
  return typeText(data ?? schema);
}

function linked(type: string): Html | string {
  const name = /^(?:list of )?([A-Z]\w+)$/.exec(type)?.[1];
  return name === undefined ? type : html`<a href="#schema-${name}">${type}</a>`;
}

function responses(operation: DocumentedOperation): Html {
  const rows = Object.entries(operation.responses ?? {}).map(([status, media]) => {
    const failed = Number(status) >= 400;
    return html`<tr>
      <td>${status}</td>
      <td>${failed ? html`<a href="#schema-Problem">Problem</a>` : linked(answerText(media))}</td>
      <td class="dim">${media.description ?? ""}</td>
    </tr>`;
  });
  return html`<details>
    <summary>Answers</summary>
    <table>
      ${rows}
    </table>
  </details>`;
}

/** One operation: what it is for, what it takes, what it answers. */
export function operationSection(operation: DocumentedOperation): Html {
  return html`<article id="${operation.operationId}">
    <h3>${operation.summary}</h3>
    <p class="route"><span class="method ${operation.method}">${operation.method}</span> ${operation.path}</p>
    ${operation.description === undefined ? "" : prose(operation.description)}
    ${parameters(operation)}${body(operation)}${responses(operation)}
  </article>`;
}
