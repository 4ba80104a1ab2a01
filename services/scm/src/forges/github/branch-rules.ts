/** What the rules of a branch ask for, as far as a decision needs to know (scm §1.5). */
export interface BranchRules {
  /** Null: reviews are not ruled. */
  readonly approvals: number | null;
  readonly checks: readonly RequiredCheck[];
  readonly conversations: boolean;
  readonly linearHistory: boolean;
  /** Methods that are left; null: all. */
  readonly methods: readonly string[] | null;
  readonly queue: boolean;
}

export interface RequiredCheck {
  readonly name: string;
  /** Only this App's check counts; null: anybody's. */
  readonly app: number | null;
}

export const noRules: BranchRules = {
  approvals: null,
  checks: [],
  conversations: false,
  linearHistory: false,
  methods: null,
  queue: false,
};

/** Rules add up, the strictest wins (scm §1.5). */
export function addRules(a: BranchRules, b: BranchRules): BranchRules {
  const { methods } = b;
  return {
    approvals:
      a.approvals === null || b.approvals === null ? (a.approvals ?? b.approvals) : Math.max(a.approvals, b.approvals),
    checks: [...a.checks, ...b.checks],
    conversations: a.conversations || b.conversations,
    linearHistory: a.linearHistory || b.linearHistory,
    methods:
      a.methods === null || methods === null ? (a.methods ?? methods) : a.methods.filter((m) => methods.includes(m)),
    queue: a.queue || b.queue,
  };
}
