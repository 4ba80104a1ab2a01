import { findCommand, findQuery, parseSubject, subjectTemplate } from "@gastown/contracts";

/** A subject with its variable tokens replaced by their names: `cmd.town.{town}.bead.create`. Low in cardinality, for span names. */
export function destinationTemplate(subject: string): string {
  const parsed = parseSubject(subject);
  if (parsed === null) return otherTemplate(subject);
  const { kind, entity, verb } = parsed;
  if (kind === "event") return `evt.{town}.${entity}.${verb}`;
  const type = `${parsed.owner}.${entity}.${verb}`;
  const known = kind === "command" ? findCommand(type) : findQuery(type);
  // What anybody may publish by hand is not allowed to make up span names.
  return known === undefined
    ? `${kind === "command" ? "cmd" : "qry"}.${parsed.owner}.{unknown}`
    : subjectTemplate(known);
}

function otherTemplate(subject: string): string {
  const [root] = subject.split(".");
  if (root === "hook") return "hook.{provider}.{event}";
  if (root === "container") return `container.{town}.${subject.split(".")[2] ?? ""}`;
  if (root === "term") return `term.{town}.{agent}.{session}.${subject.split(".").slice(4).join(".")}`;
  return `${root}.{other}`;
}
