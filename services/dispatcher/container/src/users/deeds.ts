/** What does each task. It is loaded when it is wanted: the process of a task does one, and its start is most of what that costs. */
export const deeds = {
  "write-identity": async () => (await import("./tasks/write-identity.ts")).writeIdentity,
  "write-home": async () => (await import("./tasks/seed-home.ts")).seedHome,
  "end-group": async () => (await import("./tasks/end-group.ts")).endGroup,
  "update-store": async () => (await import("./tasks/update-store.ts")).updateStore,
  "recover-work": async () => (await import("./tasks/recover-clone.ts")).recoverClone,
  "make-worktree": async () => (await import("./tasks/make-worktree.ts")).makeWorktree,
  "update-checkout": async () => (await import("./tasks/show-checkout.ts")).showCheckout,
  "hand-in": async () => (await import("./tasks/hand-in-branch.ts")).handInBranch,
  "save-work": async () => (await import("./tasks/save-worktree.ts")).saveWorktree,
  "find-lost": async () => (await import("./tasks/find-lost.ts")).findLost,
  "empty-folders": async () => (await import("./tasks/empty-folders.ts")).emptyFolders,
  exists: async () => (await import("./tasks/is-there.ts")).isThere,
  "pack-sessions": async () => (await import("./tasks/pack-sessions.ts")).packSessions,
  "unpack-sessions": async () => (await import("./tasks/unpack-sessions.ts")).unpackSessions,
};
