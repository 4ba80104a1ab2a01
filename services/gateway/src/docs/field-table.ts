import { html, prose, type Html } from "./html.ts";
import type { SchemaRow } from "./schema-rows.ts";

/** A table of fields: name, type, what it is and keeps to. */
export function fieldTable(rows: SchemaRow[]): Html {
  const lines = rows.map(
    ({ name, type, required, notes }) =>
      html`<tr>
        <td>${name}${required ? html` <span class="must" title="required">*</span>` : ""}</td>
        <td>${type}</td>
        <td>${notes === "" ? "" : prose(notes)}</td>
      </tr>`,
  );
  return html`<table>
    <tr>
      <th>name (* required)</th>
      <th>type</th>
      <th></th>
    </tr>
    ${lines}
  </table>`;
}
