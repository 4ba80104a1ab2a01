const here = useGitRig();

test("saving commits and pushes what is there, and pushes nothing when nothing is", async () => {
  const { forge, rig, toast, path, branch, base, want, inTree } = here();
  await ensureBranchWorktree(toast, want());
  const work = { branch, base, reason: "drain" };
  expect(await saveWork(inTree(), work)).toEqual({ committed: false, pushed: false, problem: null });
  expect(forge.git(rig, "branch", "--list", branch)).toBe("");
  writeFileSync(join(path, "draft.txt"), "half\n");
  expect(await saveWork(inTree(), work)).toEqual({ committed: true, pushed: true, problem: null });
  expect(forge.git(rig, "log", "-1", "--format=%s", branch)).toBe("WIP: saved by gastown (drain)");
  expect(await saveWork(inTree(), work)).toEqual({ committed: false, pushed: false, problem: null });
});

test("work that cannot be saved says why", async () => {
  const { toast, branch, base, want, inTree } = here();
  await ensureBranchWorktree(toast, want());
  await runGit(inTree(), "checkout", "--quiet", "--detach");
  expect(await saveWork(inTree(), { branch, base, reason: "drain" })).toMatchObject({
    pushed: false,
    problem: expect.stringContaining("not on branch"),
  });
});
