import { answered, createClient, type GastownClient } from "@gastown/client";
import { randomUUID } from "node:crypto";
import { CliError } from "./cli-error.ts";
import { settingsOf, type Flags, type Settings } from "./config.ts";
import { Output } from "./output.ts";

export interface GlobalFlags extends Flags {
  json?: boolean;
  verbose?: boolean;
  idempotencyKey?: string;
}

/** What every command works with. Nothing is read or sent before it is asked for. */
export class CliContext {
  readonly flags: GlobalFlags;
  readonly out: Output;
  #settings: Settings | undefined;
  #client: GastownClient | undefined;
  #town: string | undefined;
  #key: string | undefined;

  constructor(flags: GlobalFlags) {
    this.flags = flags;
    this.out = new Output({ json: flags.json ?? false, verbose: flags.verbose ?? false });
  }

  get settings(): Settings {
    return (this.#settings ??= settingsOf(this.flags));
  }

  get client(): GastownClient {
    return (this.#client ??= createClient(this.settings));
  }

  get http(): GastownClient["http"] {
    return this.client.http;
  }

  /** The town that was named, or the only one there is. */
  async town(): Promise<string> {
    return (this.#town ??= this.settings.town ?? (await this.#onlyTown()));
  }

  /**
   * The header of a write: the same key again is the same command. One key is made for each invocation; an invocation with several
   * writes to the same route tells them apart by `part`.
   */
  write(part?: string): { "idempotency-key": string } {
    if (this.#key === undefined) {
      this.#key = this.flags.idempotencyKey ?? `cli-${randomUUID()}`;
      this.out.detail(`idempotency key: ${this.#key}`);
    }
    return { "idempotency-key": part === undefined ? this.#key : `${this.#key}:${part}` };
  }

  async #onlyTown(): Promise<string> {
    const { data } = await answered(this.http.GET("/v1/towns", { params: { query: { limit: 20 } } }));
    const towns = data.items.map(({ town }) => town);
    if (towns.length === 1 && towns[0] !== undefined) return towns[0];
    if (towns.length === 0)
      throw new CliError("There is no town yet.", { code: "no_town", advice: "Make one: gastown town create <id>" });
    throw new CliError(`There are several towns: ${towns.join(", ")}.`, {
      code: "which_town",
      advice: "Name one with --town or GASTOWN_TOWN.",
    });
  }
}
