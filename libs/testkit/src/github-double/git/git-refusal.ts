import type { Caller } from "../ports.ts";

interface GitAsk {
  readonly caller: Caller;
  readonly fullName: string;
  /** False also when there is no such repository. */
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  /** Something is to be pushed: `git-receive-pack`, also when its refs are asked for. */
  readonly push: boolean;
}
export interface GitRefusal {
  readonly status: 401 | 403 | 404;
  readonly message: string;
}

/** Why a request of git is not answered, in GitHub's words; null: it goes on. With 401 git asks for other credentials. */
export function gitRefusal({ caller, fullName, mayRead, mayWrite, push }: GitAsk): GitRefusal | null {
  if (caller.kind === "app") return { status: 401, message: invalidToken };
  if (caller.kind === "refused") return { status: caller.status, message: invalidToken };
  if (caller.kind === "anonymous") return mayRead && !push ? null : { status: 401, message: notFound };
  if (!mayRead) return { status: 404, message: notFound };
  if (!push || mayWrite) return null;
  const message =
    caller.kind === "user"
      ? `Permission to ${fullName}.git denied to ${caller.login}.`
      : "Write access to repository not granted.";
  return { status: 403, message };
}

const notFound = "Repository not found.";
const invalidToken = "Invalid username or token. Password authentication is not supported for Git operations.";
