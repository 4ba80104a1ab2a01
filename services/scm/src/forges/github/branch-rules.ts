/** What the rules of a branch ask for, as far as a decision needs to know (scm §1.5). */
export interface BranchRules {
  /** Null: reviews are not ruled. */
  readonly approvals: number | null;
  readonly checks: readonly RequiredCheck[];
  /** The head has to have all of the base. */
  readonly strict: boolean;
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
  strict: false,
  conversations: false,
  linearHistory: false,
  methods: null,
  queue: false,
};

/** Rules add up, the strictest wins (scm §1.5). */
export function addRules(a: BranchRules, b: BranchRules): BranchRules {
  return {
    approvals: both(a.approvals, b.approvals, Math.max),
    checks: [...a.checks, ...b.checks],
    strict: a.strict || b.strict,
    conversations: a.conversations || b.conversations,
    linearHistory: a.linearHistory || b.linearHistory,
    methods: both(a.methods, b.methods, (some, others) => some.filter((method) => others.includes(method))),
    queue: a.queue || b.queue,
  };
}

/** What only one of them rules is as that one says. */
function both<T>(a: T | null, b: T | null, add: (a: T, b: T) => T): T | null {
  return a === null || b === null ? (a ?? b) : add(a, b);
}
