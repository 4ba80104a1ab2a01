import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessCases } from "./access-cases.suite.ts";
import { branchCases } from "./branch-cases.suite.ts";
import { checkCases } from "./check-cases.suite.ts";
import type { Abilities, ContractCase, ContractForge, ContractWorld } from "./contract-world.ts";
import { delegationCases } from "./delegation-cases.suite.ts";
import { mergeCases } from "./merge-cases.suite.ts";
import { openingCases } from "./opening-cases.suite.ts";
import { peopleCases } from "./people-cases.suite.ts";
import { repositoryCases } from "./repository-cases.suite.ts";
import { stateCases } from "./state-cases.suite.ts";

const groups: Readonly<Record<string, readonly ContractCase[]>> = {
  repositories: repositoryCases,
  opening: openingCases,
  states: stateCases,
  merging: mergeCases,
  people: peopleCases,
  checks: checkCases,
  branches: branchCases,
  delegation: delegationCases,
  access: accessCases,
};

/** The one contract every forge keeps (issue 4, "Done when"): its cases, run in a world that is there for the calling file. */
export function forgeContract(forge: ContractForge): void {
  let opened: ContractWorld | undefined;
  beforeAll(async () => {
    opened = await forge.open();
  });
  afterAll(() => opened?.close());
  describe.each(Object.entries(groups))(`${forge.name}, %s`, (_group, cases) => {
    test.each(cases.filter((one) => isFor(one, forge.able)))("$name", async ({ run }) => {
      expect.hasAssertions();
      if (opened === undefined) throw new Error("the world is there in hooks and tests only");
      await run(opened, forge.able);
    });
  });
}

function isFor({ needs, lacks }: ContractCase, able: Abilities): boolean {
  return (needs === undefined || able[needs]) && (lacks === undefined || !able[lacks]);
}
