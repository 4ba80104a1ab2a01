import { answered, policyFields } from "@gastown/client";
import type { Command } from "commander";
import type { Joining } from "../program.ts";
import type { Table } from "../table.ts";

type Values = Record<string, unknown>;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface Layers {
  town: Values;
  /** What the town sets itself. */
  own: Values;
  /** What the rig sets itself; empty without one. */
  rig: Values;
}

interface Row {
  name: string;
  value: unknown;
  default: unknown;
  setBy: "default" | "town" | "rig";
}

function rowsOf({ town, own, rig }: Layers): Row[] {
  return Object.entries(policyFields).map(([name, field]) => ({
    name,
    value: rig[name] ?? town[name] ?? null,
    default: field.default ?? null,
    setBy: rig[name] !== undefined ? "rig" : own[name] !== undefined ? "town" : "default",
  }));
}

function policyTable(rows: Row[]): Table {
  return {
    columns: ["field", "value", "default", "set by"],
    rows: rows.map((row) => [row.name, valueText(row.value), valueText(row.default), row.setBy]),
  };
}

/** `policy`. */
export function addPolicy(program: Command, { context }: Joining): void {
  program
    .command("policy")
    .description("every number the town's rules use, with its default and its value; times are milliseconds")
    .option("--rig <rig>", "as it holds in this rig")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown policy\n  gastown policy --rig site\n  gastown town set --policy maxDispatchAttempts=3     changes one",
    )
    .action(async ({ rig }: { rig?: string }) => {
      const cli = context();
      const town = await cli.town();
      const { seq, data } = await answered(cli.http.GET("/v1/towns/{town}", { params: { path: { town } } }));
      const ofRig =
        rig === undefined
          ? {}
          : (await answered(cli.http.GET("/v1/towns/{town}/rigs/{rig}", { params: { path: { town, rig } } }))).data
              .policyOverride;
      const rows = rowsOf({ town: data.policy, own: data.policyOverride, rig: ofRig });
      cli.out.show({ seq, data: { town, rig: rig ?? null, policy: rows } }, policyTable(rows));
    });
}
