import { reviewJson } from "../rest/json/review-json.ts";
import type { People } from "./people.ts";
import { tellPull, touch } from "./pull-events.ts";
import type { WorldCore } from "./world-core.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { PullState, ReviewState, ReviewWish } from "./world-types.ts";

/** Reviews of people and of bots. */
export class Reviews {
  readonly #core: WorldCore;
  readonly #people: People;

  constructor(core: WorldCore, people: People) {
    this.#core = core;
    this.#people = people;
  }

  /** A review of the head, unless it names another commit. Authors may only comment on their own work: 422 [D]. */
  async submit(pull: PullState, wish: ReviewWish): Promise<ReviewState> {
    if (wish.by === pull.author && wish.state !== "COMMENTED") {
      const verb = wish.state === "APPROVED" ? "approve" : "request changes on";
      throw new WorldRefusal(422, `Unprocessable Entity: Can not ${verb} your own pull request`);
    }
    this.#people.add(wish.by);
    const id = this.#core.nextId();
    const review: ReviewState = {
      id,
      nodeId: `PRR_${id}`,
      author: wish.by,
      state: wish.state,
      body: wish.body ?? "",
      commit: wish.commit ?? pull.headOid,
      submittedAt: this.#core.now(),
    };
    pull.reviews.push(review);
    this.#core.nodes.set(review.nodeId, { kind: "review", pull, review });
    const request = pull.requests.findIndex(({ reviewer }) => reviewer === wish.by);
    if (request !== -1) pull.requests.splice(request, 1);
    this.#tell(pull, review, { action: "submitted", by: wish.by });
    await this.#core.settle(pull.repository);
    return review;
  }

  /** The review has no weight any more. */
  async dismiss(pull: PullState, review: ReviewState, by: string): Promise<void> {
    review.state = "DISMISSED";
    this.#tell(pull, review, { action: "dismissed", by });
    await this.#core.settle(pull.repository);
  }

  /** What a merge into the base does that changes the diff (scm §1.3 [D]): approvals vanish, and nothing tells of it. */
  dismissStale(pull: PullState): void {
    for (const review of pull.reviews) if (review.state === "APPROVED") review.state = "DISMISSED";
    touch(this.#core, pull);
  }

  #tell(pull: PullState, review: ReviewState, { action, by }: { action: string; by: string }): void {
    touch(this.#core, pull);
    const json = () => {
      const written = reviewJson(this.#core.json, pull, review);
      return { review: { ...written, state: review.state.toLowerCase() } };
    };
    tellPull(this.#core, pull, { event: "pull_request_review", action, by, more: json });
  }
}
