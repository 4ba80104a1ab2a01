import { join } from "node:path";
import { expect } from "vitest";
import { commit, git, gitFails, tempFolder } from "../../test/sample-repo.ts";
import type { ContractCase, ContractRepo, ContractWorld } from "./contract-world.ts";
import { expectScmError, untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

/** Where git clones and pushes with a token of `repo`, by default that very repository. */
async function urlFor(
  world: ContractWorld,
  repo: ContractRepo,
  more: { write: boolean; of?: ContractRepo },
): Promise<string> {
  const { write, of = repo } = more;
  const token = await world.forge.mintRepoToken(repo.ref, { agent: "gt-99", write }, freely);
  expect(token.expiresAt.getTime()).toBeGreaterThan(Date.now());
  const url = new URL(world.forge.agentUrl({ ...of.ref, remote: of.remote }));
  url.username = token.username;
  url.password = token.password;
  return url.href;
}

/** Credentials for agents with a real git, and what is told when the forge cannot be asked. */
export const accessCases: readonly ContractCase[] = [
  {
    name: "an agent clones and pushes with a token of its repository",
    async run(world) {
      const repo = await world.repository({ cloned: true });
      const at = await tempFolder();
      await git(at, "clone", "--quiet", await urlFor(world, repo, { write: true }), "work");
      await git(join(at, "work"), "switch", "--quiet", "--create", "gt/toast/gt-1");
      const head = await commit(join(at, "work"), { "src/new.txt": "by an agent\n" }, "work");
      await git(join(at, "work"), "push", "--quiet", "origin", "gt/toast/gt-1");
      expect(await repo.tip("gt/toast/gt-1")).toBe(head);
      const { ref } = await openPull(world, { repo, files: { "src/more.txt": "more\n" } });
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "a token that may read does not write",
    async run(world) {
      const repo = await world.repository({ cloned: true });
      const at = await tempFolder();
      await git(at, "clone", "--quiet", await urlFor(world, repo, { write: false }), "work");
      await commit(join(at, "work"), { "src/new.txt": "by an agent\n" }, "work");
      await gitFails(join(at, "work"), "push", "--quiet", "origin", "HEAD:refs/heads/gt/toast/gt-1");
      expect(await repo.tip("gt/toast/gt-1")).toBeNull();
    },
  },

  {
    name: "a token of one repository opens no other",
    async run(world) {
      const mine = await world.repository({ cloned: true });
      const other = await world.repository({ cloned: true });
      await gitFails(
        await tempFolder(),
        "clone",
        "--quiet",
        await urlFor(world, mine, { write: true, of: other }),
        "work",
      );
    },
  },

  {
    name: "an aborted call ends, and nothing has happened",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      const { forge } = world;
      await untilState({ forge, ref }, "ready");
      const tip = await repo.tip("main");
      const aborted = { signal: AbortSignal.abort() };
      await expect(forge.getSnapshot(ref, aborted)).rejects.toThrow(/./);
      const merge = { pull: ref, expectedHead: head, method: "merge", title: "", body: "" };
      await expect(forge.merge(merge, aborted)).rejects.toThrow(/./);
      expect(await repo.tip("main")).toBe(tip);
      await untilState({ forge, ref }, "ready");
    },
  },

  {
    name: "a forge that cannot be reached is unavailable, and may be later",
    needs: "remote",
    async run(world) {
      const { ref, head } = await openPull(world);
      const away = world.remote?.unreachable ?? world.forge;
      const read = await expectScmError(away.getSnapshot(ref, freely), "unavailable");
      expect(read.mayPass).toBe(true);
      const merge = { pull: ref, expectedHead: head, method: "merge", title: "", body: "" };
      await expectScmError(away.merge(merge, freely), "unavailable", "unknown_outcome");
    },
  },

  {
    name: "a forge that has enough of us says for how long",
    needs: "remote",
    async run(world) {
      const { ref } = await openPull(world);
      await untilState({ forge: world.forge, ref }, "ready");
      world.remote?.limitNext(2);
      const error = await expectScmError(world.forge.getSnapshot(ref, freely), "rate");
      expect(error.mayPass).toBe(true);
      expect(error.retryAfterMs).toBeGreaterThan(1_000);
      expect(error.retryAfterMs).toBeLessThanOrEqual(3_000);
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "without the right to write it is blocked, and says so",
    needs: "remote",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      await untilState({ forge: world.forge, ref }, "ready");
      await repo.withdrawWriting();
      const { snapshot } = await untilState({ forge: world.forge, ref }, "blocked");
      expect(snapshot.permissions.contents).toBe(false);
      const merge = { pull: ref, expectedHead: head, method: "merge", title: "", body: "" };
      const outcome = await world.forge.merge(merge, freely).catch((error: unknown) => error);
      expect(outcome).toSatisfy(
        (it: { outcome?: string; kind?: string }) => it.outcome === "refused" || it.kind === "denied",
      );
    },
  },
];
