import { expect, test } from "vitest";
import { destinationTemplate } from "./destination.ts";
import { messageAttributes } from "./message-attributes.ts";

test.each([
  ["cmd.town.t1.bead.create", "cmd.town.{town}.bead.create"],
  ["cmd.town.t1.bead.create.22", "cmd.town.{town}.bead.create"],
  ["cmd.town.t1.whatever.else", "cmd.town.{unknown}"],
  ["evt.t1.bead.created", "evt.{town}.bead.created"],
  ["qry.town._.town.list", "qry.town.{town}.town.list"],
  ["container.t1.start", "container.{town}.start"],
  ["term.t1.gt-1.new.ctl.attach", "term.{town}.{agent}.{session}.ctl.attach"],
  ["hook.github.push", "hook.{provider}.{event}"],
  ["out.t1.gt-a1", "out.{other}"],
])("%s is named %s", (subject, template) => expect(destinationTemplate(subject)).toBe(template));

test.each([
  ["cmd.town.t1.bead.create", "t1"],
  ["evt.t2.bead.created", "t2"],
  ["qry.scm.t3.pr.get", "t3"],
  ["container.t4.start", "t4"],
  ["term.t5.gt-1.new.ctl.attach", "t5"],
  ["hook.github.push", undefined],
])("%s belongs to town %s", (subject, town) => expect(messageAttributes("send", subject)["town.id"]).toBe(town));
