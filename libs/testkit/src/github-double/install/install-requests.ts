/** A wish of somebody who may not install the App by themself. */
export interface InstallRequest {
  readonly id: number;
  readonly account: string;
  readonly requester: string;
  /** Full names; null: all. */
  readonly repositories: readonly string[] | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Wishes that wait for an owner; one of each person for each account. */
export class InstallRequests {
  readonly #now: () => number;
  readonly #open = new Map<number, InstallRequest>();
  #lastId = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get open(): readonly InstallRequest[] {
    return [...this.#open.values()];
  }

  add(wish: Pick<InstallRequest, "account" | "requester" | "repositories">): InstallRequest {
    const known = this.open.find((one) => one.account === wish.account && one.requester === wish.requester);
    this.#lastId += 1;
    const request = { ...wish, id: known?.id ?? this.#lastId, at: this.#now() };
    this.#open.set(request.id, request);
    return request;
  }

  /** Takes it off the list; null when it is not on it. */
  take(id: number): InstallRequest | null {
    const request = this.#open.get(id) ?? null;
    this.#open.delete(id);
    return request;
  }
}
