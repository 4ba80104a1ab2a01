import type { Schema } from "@gastown/client";
import { spentText } from "./spent-text.ts";
import { oneLine, type Table } from "./table.ts";

type Convoy = Schema<"Convoy">;

const barWidth = 20;

/** `3 of 8 closed, 1 failed`. */
function progressText({ closed, failed, total }: Convoy): string {
  return `${closed} of ${total} closed${failed === 0 ? "" : `, ${failed} failed`}`;
}

function bar({ closed, failed, total }: Convoy): string {
  if (total === 0) return "";
  const done = Math.floor((closed * barWidth) / total);
  const lost = Math.ceil((failed * barWidth) / total);
  return `[${"#".repeat(done)}${"x".repeat(Math.min(lost, barWidth - done))}${".".repeat(Math.max(0, barWidth - done - lost))}]`;
}

export function convoyTable(convoys: Convoy[]): Table {
  const rows = convoys.map((convoy) => [
    convoy.convoy,
    convoy.status,
    `${convoy.closed}/${convoy.total}`,
    String(convoy.failed),
    convoy.mergeMode,
    convoy.title,
  ]);
  return { columns: ["convoy", "status", "closed", "failed", "mode", "title"], rows };
}

function landingText({ rig, branchState, attempts, request, landedAt, reason }: Convoy["landings"][number]): string {
  const parts = [
    landedAt === null ? null : `landed ${landedAt}`,
    landedAt === null ? `branch ${branchState}` : null,
    attempts === 0 ? null : `attempt ${attempts}`,
    request === null ? null : `request ${request}`,
    reason === null ? null : oneLine(reason),
  ];
  return `landing   ${rig}: ${parts.filter((part) => part !== null).join(", ")}`;
}

/** A convoy with its progress, in each rig. */
export function convoyText(convoy: Convoy): string {
  const spent = spentText(convoy.spent);
  return [
    `${convoy.convoy}  ${oneLine(convoy.title)}`,
    `status    ${convoy.status}, ${convoy.mergeMode}`,
    ...(convoy.branch === null ? [] : [`branch    ${convoy.branch}`]),
    `progress  ${bar(convoy)} ${progressText(convoy)}`,
    ...convoy.landings.map(landingText),
    ...(spent === null ? [] : [`spent     ${spent}`]),
    `made      ${convoy.createdAt}`,
    ...(convoy.landedAt === null ? [] : [`landed    ${convoy.landedAt}`]),
  ].join("\n");
}
