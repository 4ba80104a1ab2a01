import { threadCommentJson, threadJson } from "../rest/json/review-json.ts";
import type { People } from "./people.ts";
import { tellPull, touch } from "./pull-events.ts";
import type { WorldCore } from "./world-core.ts";
import type { CommentState, PullState, ThreadState, ThreadWish } from "./world-types.ts";

/** Review threads. A push makes them outdated, and resolves none (scm §1.5). */
export class Threads {
  readonly #core: WorldCore;
  readonly #people: People;

  constructor(core: WorldCore, people: People) {
    this.#core = core;
    this.#people = people;
  }

  open(pull: PullState, { by, body, path = "README.md", line = 1 }: ThreadWish): ThreadState {
    const id = this.#core.nextId();
    const comments: CommentState[] = [];
    const thread: ThreadState = {
      id,
      nodeId: `PRRT_${id}`,
      path,
      line,
      commit: pull.headOid,
      resolved: false,
      resolvedBy: null,
      comments,
    };
    pull.threads.push(thread);
    this.#core.nodes.set(thread.nodeId, { kind: "thread", pull, thread });
    this.reply(pull, thread, { by, body });
    return thread;
  }

  reply(pull: PullState, thread: ThreadState, { by, body }: { by: string; body: string }): CommentState {
    this.#people.add(by);
    const id = this.#core.nextId();
    const comment: CommentState = { id, nodeId: `PRRC_${id}`, author: by, body, createdAt: this.#core.now() };
    thread.comments.push(comment);
    touch(this.#core, pull);
    tellPull(this.#core, pull, {
      event: "pull_request_review_comment",
      action: "created",
      by,
      more: () => ({ comment: threadCommentJson(this.#core.json, pull, { thread, comment }) }),
    });
    return comment;
  }

  /** The thread is resolved by this person, or open again. */
  async resolve(
    pull: PullState,
    thread: ThreadState,
    { by, resolved = true }: { by: string; resolved?: boolean },
  ): Promise<void> {
    if (thread.resolved === resolved) return;
    thread.resolved = resolved;
    thread.resolvedBy = resolved ? by : null;
    touch(this.#core, pull);
    tellPull(this.#core, pull, {
      event: "pull_request_review_thread",
      action: resolved ? "resolved" : "unresolved",
      by,
      more: () => ({ thread: threadJson(this.#core.json, pull, thread) }),
    });
    await this.#core.settle(pull.repository);
  }
}
