import { schema as published } from "@octokit/graphql-schema";
import { buildSchema, parse, validate, visit } from "graphql";
import { expect, test } from "vitest";
import * as pullChanges from "./pull-changes.ts";
import * as pullQueries from "./pull-query.ts";
import * as threads from "./threads.ts";

// The published text names two fields twice, which nothing of ours asks for (scm §7.1).
const schema = buildSchema(published.idl, { assumeValidSDL: true });

const texts = new Map(
  [pullChanges, pullQueries, threads]
    .flatMap((module) => Object.entries(module))
    .flatMap(([name, text]): [string, string][] => (typeof text === "string" ? [[name, text]] : []))
    .concat([1, 2, pullQueries.mostPullsAQuery].map((count) => [`pullQuery(${count})`, pullQueries.pullQuery(count)])),
);

test.each([...texts])("%s asks for what the published schema has", (_name, text) => {
  expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
});

test("a field that is not there is found", () => {
  const text = pullQueries.moreThreadsQuery.replace("isOutdated", "isOutDated");
  expect(validate(schema, parse(text))).toHaveLength(1);
});

test("no variable has a name that Octokit takes for an option of its own", () => {
  const taken = new Set(["query", "method", "url", "baseUrl", "headers", "request", "mediaType", "operationName"]);
  const used = [...texts.values()].flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name));
  expect(used.filter((name) => taken.has(name ?? ""))).toEqual([]);
});

test("no text asks for a deprecated field", () => {
  const used = [...texts.values()].join("\n");
  expect(used).not.toMatch(/\b(projectCards|timeline|resourcePath)\b/);
});

test("every list says how many of it (scm §1.10)", () => {
  const unbounded: string[] = [];
  for (const [name, text] of texts)
    visit(parse(text), {
      Field({ name: { value: field }, arguments: given = [], selectionSet }) {
        const isList = selectionSet?.selections.some((one) => "name" in one && one.name?.value === "nodes");
        const bounded = given.some((argument) => ["first", "last"].includes(argument.name.value));
        if (isList && !bounded) unbounded.push(`${name}: ${field}`);
      },
    });
  expect(unbounded).toEqual([]);
});

/** GitHub's formula (scm §1.10): one request for each connection of each parent, over a hundred, at least one. */
function connectionsOf(text: string): number {
  let count = 0;
  visit(parse(text), {
    Field(field) {
      if (field.arguments?.some((argument) => ["first", "last"].includes(argument.name.value))) count += 1;
    },
  });
  return count;
}

test("the query of a full batch costs about two points at most", () => {
  // Each pull request has the fragment's connections, which stand in the text once.
  const inFragment = 3;
  const requests = connectionsOf(pullQueries.pullQuery(25)) - inFragment + 25 * inFragment;
  expect(Math.ceil((requests + 25) / 100)).toBeLessThanOrEqual(2);
});
