import type { Schema } from "@gastown/client";
import { oneLine } from "../table.ts";

type Mayor = Schema<"Mayor">;

/** Names of models as they are said; null is the installation's own. */
export function modelText(name: string | null): string {
  return name === null ? "the installation's" : name;
}

/** What its turns have, and what they were to have when that is not so. */
export function mayorModelText({ status, agent: { model } }: Mayor): string {
  if (model === null) return "not known before its first start";
  const { wished, inEffect, failure } = model;
  if (status === "idle") return `${modelText(wished)} when it last ran`;
  if (failure !== null) return `${modelText(inEffect)} in effect, NOT ${modelText(wished)}: ${oneLine(failure)}`;
  if (inEffect === null) return `${modelText(wished)} wished, nothing told yet`;
  return inEffect === wished || wished === null ? `${inEffect} in effect` : `${inEffect} in effect, ${wished} wished`;
}

function sessionText(session: Mayor["session"]): string {
  if (session === null) return "nothing is known of one";
  const { alive, session: up, busy, generation, container } = session;
  if (!alive) return `start ${generation} has ended`;
  const where = container === null ? "waits for a container" : `in ${container}`;
  if (!up) return `start ${generation} ${where}, its agent server is not up`;
  return `start ${generation} ${where}, ${busy ? "in a turn" : "between two turns"}`;
}

/** A mayor as people read it; `waits`: what its start waits for, when that is known. */
export function mayorText(mayor: Mayor, waits = ""): string {
  const { agent, status, pending, unreadMail, lastActivityAt, session } = mayor;
  const said = agent.statusMessage === null ? [] : [["says", oneLine(agent.statusMessage)]];
  const rows = [
    ["mayor", `${agent.name} (${agent.agent})`],
    ["status", waits === "" ? status : `${status}: ${waits}`],
    ["session", sessionText(session)],
    ["model", mayorModelText(mayor)],
    ["pending", `${pending} ${pending === 1 ? "message" : "messages"} to be told, ${unreadMail} unread mail`],
    ["active", lastActivityAt],
    ...said,
  ];
  return rows.map(([name = "", value = ""]) => `${name.padEnd(9)} ${value}`).join("\n");
}

const meanings: Record<Schema<"EnsuredMayor">["decisions"][number], string> = {
  short_circuit_warm: "it is there and at work, or waits for you",
  short_circuit_idle: "it is there and rests",
  sdk_dead_redispatch: "its process lives, but its session is gone",
  fresh_dispatch: "it is being started",
};

/** What was decided about a mayor, and how it is then. */
export function ensuredText({ decisions, mayor }: Schema<"EnsuredMayor">): string {
  const decided =
    decisions.length === 0
      ? ["decided   nothing: it may not be started now, or its start is under way"]
      : decisions.map((decision) => `decided   ${decision}: ${meanings[decision]}`);
  return [...decided, mayorText(mayor)].join("\n");
}
