import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "./program.ts";

/** Every command that does something, with its whole name. */
function commandsOf(command: Command, before = ""): [string, Command][] {
  const name = `${before} ${command.name()}`.trim();
  return command.commands.length === 0 ? [[name, command]] : command.commands.flatMap((sub) => commandsOf(sub, name));
}
const program = createProgram(() => undefined);
const commands = commandsOf(program);

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

test("the commands that people are promised are there", () => {
  expect(commands.map(([name]) => name.replace(/^gastown /, ""))).toEqual([
    "up",
    "demo",
    "version",
    "status",
    "doctor",
    "town create",
    "town ls",
    "town set",
    "town rm",
    "rig add",
    "rig ls",
    "rig set",
    "rig rm",
    "policy",
    "token create",
    "token ls",
    "token revoke",
    "bead create",
    "bead close",
    "bead hold",
    "bead resume",
    "bead show",
    "bead ls",
    "bead ready",
    "bead history",
    "bead rm",
    "sling",
    "explain",
    "convoy create",
    "convoy ls",
    "convoy show",
    "convoy start",
    "convoy close",
    "convoy add",
    "convoy remove",
    "mol pour",
    "mol show",
    "mol advance",
    "mayor ensure",
    "mayor say",
    "mayor chat",
    "mayor status",
    "mayor model",
    "agent ls",
    "peek",
    "logs",
    "attach",
    "queue",
    "nudge",
    "nudges",
    "ack",
    "triage ls",
    "triage resolve",
    "pr ls",
    "pr show",
    "pr explain",
    "pr approve",
    "pr request-changes",
    "pr open",
    "pr adopt",
    "pr merge",
    "pr edit",
    "pr request-review",
    "pr threads",
    "pr reply",
    "pr resolve",
    "feed",
    "estop",
    "thaw",
    "reconcile",
    "replay",
    "hook ls",
    "hook show",
    "hook replay",
    "dlq ls",
    "dlq show",
    "dlq retry",
    "dlq drop",
  ]);
});

test.each(commands)("%s has help, with an example of itself", (name, command) => {
  const text = helpOf(command);
  expect(command.description()).not.toBe("");
  expect(text).toMatch(new RegExp(`Examples?:\\n {2}${name}`));
});
