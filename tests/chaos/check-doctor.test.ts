import { expect, test } from "vitest";
import { doctorProblems, type DoctorAnswer } from "./check-doctor.ts";

const names = ["configuration", "gateway", "nats", "town", "dispatcher", "scm", "dispatcher's nats"];
const more = ["dispatcher's postgres", "runtime process", "agent program opencode", "model", "queue", "orphans"];
const checks = [...names, ...more].map((name) => ({ name, ok: true, detail: `${name} is well` }));
const well: DoctorAnswer = { ok: true, checks };
const without = (name: string) => checks.filter((check) => check.name !== name);
const orphan = {
  name: "orphan process",
  ok: false,
  detail: "gt-9, process 12 of town alpha: its town has no container",
};
const lost = "an agent without its host: 12 opencode serve";

test.each<[string, DoctorAnswer, string[], string[]]>([
  ["all is well, and both say so", well, [], []],
  [
    "both find an orphan",
    { ok: false, checks: [...without("orphans"), orphan] },
    [lost],
    [`gastown doctor: orphan process: ${orphan.detail}`],
  ],
  [
    "only the doctor finds one",
    { ok: false, checks: [...without("orphans"), orphan] },
    [],
    [
      `gastown doctor: orphan process: ${orphan.detail}`,
      `gastown doctor (orphan process: ${orphan.detail}) and our own look (nothing) differ`,
    ],
  ],
  ["only we find one", well, [lost], [`gastown doctor (orphans: orphans is well) and our own look (${lost}) differ`]],
  ["it looked at less", { ok: true, checks: without("scm") }, [], ["gastown doctor did not look at scm"]],
  [
    "it did not look for orphans",
    { ok: true, checks: without("orphans") },
    [],
    ["gastown doctor did not look for orphans"],
  ],
  [
    "something else is wrong",
    { ok: false, checks: [...without("model"), { name: "model", ok: false, detail: "none" }] },
    [],
    ["gastown doctor: model: none"],
  ],
  [
    "it contradicts itself",
    { ok: true, checks: [...without("model"), { name: "model", ok: false, detail: "none" }] },
    [],
    ["gastown doctor: model: none", "gastown doctor says ok: true with 1 checks that are not"],
  ],
])("%s", (_, answer, own, problems) => {
  expect(doctorProblems(answer, own)).toEqual(problems);
});
