import { join } from "node:path";
import { answered, type GastownClient, settled } from "@gastown/client";
import type { BeadView, PolicyOverride } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect } from "vitest";
import type { Installation } from "../installation.ts";
import { followEvents, type TownEvents } from "../town-events.ts";

/** How long an effect may take: the rules need about a second, a busy machine more. */
const timeoutMs = 60_000;

/** What the town of a scenario is made with. */
export interface TownOptions {
  policy?: PolicyOverride;
  /** The rigs it has, each made from the same small repository. */
  rigs?: Record<string, { check?: string; requiredApprovals?: number }>;
}

type Create = NonNullable<Parameters<GastownClient["http"]["POST"]>>;
export type { Create };

/** One town with all that a scenario does in it as a person would, over REST. */
export type ScenarioTown = Awaited<ReturnType<typeof openTown>>;

/** Waits until what is read shows it. */
export async function shows<T>(read: () => Promise<T>, matches: (value: T) => void): Promise<T> {
  return (await eventually(
    async () => {
      const value = await read();
      matches(value);
      return { value };
    },
    { timeoutMs, message: "it was not shown" },
  )).value;
}
