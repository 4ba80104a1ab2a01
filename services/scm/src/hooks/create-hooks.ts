import { setTimeout as delay } from "node:timers/promises";
import { consumeHooks, publishHook, type Bus, type HookHandler } from "@gastown/bus";
import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import type { Hono } from "hono";
import { hasFailed } from "../store/deliveries.ts";
import { answerHookQueries } from "./answer-hook-queries.ts";
import { createGithubSource, type GithubSourceOptions } from "./github-source.ts";
import { createGitlabSource } from "./gitlab-source.ts";
import { createHookHandler, type HookEffects } from "./handle-hooks.ts";
import { createHookApp } from "./hook-app.ts";
import type { DeliveryLog } from "./recovery/delivery-log.ts";
import type { RecoveryTimes } from "./recovery/recover-missed.ts";
import { startRecovery } from "./recovery/start-recovery.ts";
import type { HookCounts } from "./tally.ts";

export interface HooksOptions {
  readonly db: Database;
  readonly bus: Bus;
  readonly logger: Logger;
  /** Null: its webhooks are answered with 404. */
  readonly github: GithubSourceOptions | null;
  readonly gitlab: { readonly tokens: readonly string[] } | null;
  readonly effects: HookEffects;
  /** What forges remember of their deliveries, where they can be asked. */
  readonly logs: readonly DeliveryLog[];
  readonly recovery?: { readonly times?: Partial<RecoveryTimes>; readonly now?: () => Date };
}

interface Running {
  readonly done: Promise<void>;
  health(): { ok: boolean; reason?: string };
}

/** Everything about webhooks: the door, the worker behind the stream, and the search for those that were missed. */
export interface Hooks {
  /** `POST /hooks/<provider>`. */
  readonly app: Hono;
  /** How deliveries were answered since the start. */
  readonly counts: () => HookCounts;
  /** Handles what comes, and looks for what did not, until the signal aborts. */
  start(signal: AbortSignal): Promise<readonly Running[]>;
}

/** Nothing is done before `start`, except for what comes to the door. */
export function createHooks({ db, bus, logger, github, gitlab, ...options }: HooksOptions): Hooks {
  const sources = [
    ...(github === null ? [] : [createGithubSource(github)]),
    ...(gitlab === null ? [] : [createGitlabSource(gitlab)]),
  ];
  const { app, counts, answering } = createHookApp({
    sources,
    publish: (hook) => publishHook(bus, hook),
    hasFailed: (key) => hasFailed(db, key),
    logger,
  });
  return {
    app,
    counts,
    async start(signal) {
      answerHookQueries(bus, { db, logger }, signal);
      const now = createHookHandler({ db, sources, effects: options.effects, logger });
      const handle: HookHandler = async (hooks) => {
        await untilCalm(answering);
        return now(hooks);
      };
      const consuming = consumeHooks(bus, { service: "scm", handle, logger, signal });
      const { effects, logs, recovery } = options;
      const recovering = await startRecovery({ db, logs, effects, logger, signal, ...recovery });
      return recovering === null ? [consuming] : [consuming, recovering];
    },
  };
}

/** More deliveries than this at the door at once are a rush. */
const rush = 16;
const lookEveryMs = 25;
const longestWaitMs = 500;

/** A forge waits ten seconds for its answer, and for what is done afterwards not at all: a rush at the door goes first, for a while. */
async function untilCalm(answering: () => number): Promise<void> {
  for (let waited = 0; answering() > rush && waited < longestWaitMs; waited += lookEveryMs) await delay(lookEveryMs);
}
