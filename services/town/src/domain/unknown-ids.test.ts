import { beadId, branchName, commitId, nudgeId, rigId, rigPrefix } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aContext, aSnapshot } from "./builders.ts";
import type { Decided, Input } from "./input.ts";
import { inputs } from "./inputs/index.ts";

/** Ids by their schema, each of something that does not exist. */
const ids: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [beadId, "gt-zz"],
  [nudgeId, "n-zz"],
  [rigId, "nowhere"],
]);
const values: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ...ids,
  [rigPrefix, "no"],
  [branchName, "lonely/branch"],
  [commitId, "1".repeat(40)],
]);

/** Where an id stands in a command's data, and whether the command can do without it. */
interface Place {
  readonly path: string;
  readonly optional: boolean;
}

/** The least data a schema allows; ids that may be left out are left out but the one at `with`. */
function sample(schema: z.ZodType, path: string, given: { places: Place[]; with: string | null }): unknown {
  if (values.has(schema)) {
    if (ids.has(schema)) given.places.push({ path, optional: false });
    return values.get(schema);
  }
  if (schema instanceof z.ZodObject) return sampleObject(schema, path, given);
  if (schema instanceof z.ZodArray) return [sample(schema.element as z.ZodType, `${path}[]`, given)];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    const places: Place[] = [];
    const inner = sample(schema.unwrap() as z.ZodType, path, { ...given, places });
    given.places.push(...places.map((place) => ({ ...place, optional: true })));
    if (places.some((place) => place.path === given.with)) return inner;
    return schema instanceof z.ZodDefault ? schema.parse(undefined) : undefined;
  }
  if (schema instanceof z.ZodNullable) return null;
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodRecord) return {};
  if (schema instanceof z.ZodBoolean) return false;
  if (schema instanceof z.ZodNumber) return 1;
  for (const text of ["x", "2027-01-15T07:55:00.000Z", "step"]) if (schema.safeParse(text).success) return text;
  throw new Error(`${path}: this test knows no sample of its schema`);
}

function sampleObject(schema: z.ZodObject, path: string, given: { places: Place[]; with: string | null }): object {
  const fields = Object.entries(schema.shape).map(([name, field]): [string, unknown] => {
    return [name, sample(field as z.ZodType, path === "" ? name : `${path}.${name}`, given)];
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** Every way to name something that does not exist in a command, of every command the town takes. */
const cases = inputs.flatMap((input) => {
  const places: Place[] = [];
  const least = sample(input.command.data, "", { places, with: null });
  const required = places.filter(({ optional }) => !optional);
  const optional = places.filter((place) => place.optional);
  const named =
    required.length === 0 ? [] : [{ input, path: required.map(({ path }) => path).join(", "), data: least }];
  return [
    ...named,
    ...optional.map(({ path }) => ({ input, path, data: sample(input.command.data, "", { places: [], with: path }) })),
  ].map((one) => ({ ...one, type: input.command.type }));
});

/** `bead.delete` tells of ids that do not exist: to delete something twice is no error. `rig.add` names a rig that is to be made. */
const mayName = new Set(["town.bead.delete beads[]", "town.rig.add rig"]);

function decide(input: Input, data: unknown, town: "empty" | "none"): Decided {
  return input.decide(town === "none" ? null : aSnapshot({ rigs: [] }), input.command.data.parse(data), aContext());
}

describe("a command about what does not exist (R3)", () => {
  it("is found in every command that names anything", () => {
    expect(new Set(cases.map(({ type }) => type)).size).toBeGreaterThan(20);
  });

  it.each(cases.filter(({ type, path }) => !mayName.has(`${type} ${path}`)))(
    "is terminal, or refused by a reason that names it: $type, $path",
    ({ input, data }) => {
      const decided = decide(input, data, "empty");
      if (decided.outcome === "applied") throw new Error("it was applied");
      expect([decided.outcome, decided.code]).toEqual([
        decided.code.endsWith("_not_found") ? "terminal" : "refused",
        expect.any(String),
      ]);
      expect(decided.message).toMatch(/gt-zz|n-zz|nowhere|lonely\/branch/);
    },
  );

  it.each(
    inputs
      .filter(({ command }) => command.type !== "town.town.create")
      .map((input) => [input.command.type, input] as const),
  )("is terminal when it is the town: %s", (_type, input) => {
    const data = sample(input.command.data, "", { places: [], with: null });
    expect(decide(input, data, "none")).toMatchObject({ outcome: "terminal", code: "town_not_found" });
  });
});
