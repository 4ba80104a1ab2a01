import { expect, test } from "vitest";
import { draftOf, parseConvoy, taskCollector } from "./convoy-draft.ts";

const toml = `
title = "Log in by mail"
mergeMode = "review-and-merge"
[[tasks]]
id = "mail"
rig = "api"
title = "Send the mail"
[[tasks]]
title = "The form"
after = ["mail"]
labels = ["ui"]
[[tasks]]
title = "Tell everybody"
after = [1, "2"]
`;

test("a TOML file: names and numbers become positions, tasks without a rig have the given one", () => {
  expect(parseConvoy("c.toml", toml, "web")).toEqual({
    title: "Log in by mail",
    mergeMode: "review-and-merge",
    tasks: [
      { rig: "api", title: "Send the mail" },
      { rig: "web", title: "The form", labels: ["ui"], dependsOn: [0] },
      { rig: "web", title: "Tell everybody", dependsOn: [0, 1] },
    ],
  });
});

test("a JSON file says the same; what is not known here is the gateway's to name", () => {
  const json = JSON.stringify({ colour: "red", tasks: [{ rig: "api", title: "A", cost: 1, dependsOn: [] }] });
  expect(parseConvoy("-", json, undefined)).toEqual(JSON.parse(json));
});

test.each([
  ["c.toml", "title = ", /^c\.toml, line 1, column \d+: /],
  ["c.json", "{", /^c\.json is not JSON: /],
  ["c.toml", 'title = "x"', /has no tasks/],
  ["c.toml", "tasks = [1]", /has no tasks/],
  ["c.toml", '[[tasks]]\ntitle = "a"\nafter = ["b"]', /^Task 1: there is no task "b"/],
  ["c.toml", '[[tasks]]\ntitle = "a"\nafter = [2]', /^Task 1: there is no task 2/],
  ["c.toml", '[[tasks]]\nid = "a"\n[[tasks]]\nid = "a"', /Two tasks have the id a/],
  ["c.toml", "[[tasks]]\nid = 7", /the id of task 1 is no text/],
])("%s with %j is refused", (path, text, said) => {
  expect(() => parseConvoy(path, text, undefined)).toThrow(said);
});

test("--after belongs to the --task before it", () => {
  const collector = taskCollector();
  const task = (text: string) => collector.task(text);
  const after = (text: string) => collector.after(text);
  expect(() => after("1")).toThrow("--after goes behind");
  task("api: Send the mail");
  task("The form: all of it");
  after("1");
  const tasks = task("Tell everybody");
  after("1,2");
  expect(draftOf(tasks, "web")).toEqual([
    { rig: "api", title: "Send the mail" },
    { rig: "web", title: "The form: all of it", dependsOn: [0] },
    { rig: "web", title: "Tell everybody", dependsOn: [0, 1] },
  ]);
});
