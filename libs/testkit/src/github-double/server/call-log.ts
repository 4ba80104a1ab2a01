import type { ApiCall } from "../types.ts";

/** Every call of the API as it was answered, oldest first. */
export class CallLog {
  readonly #calls: ApiCall[] = [];

  get calls(): readonly ApiCall[] {
    return this.#calls;
  }

  add(call: ApiCall): void {
    this.#calls.push(call);
  }

  forget(): void {
    this.#calls.length = 0;
  }
}
