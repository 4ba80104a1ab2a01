import type { Bus } from "@gastown/bus";
import type { ScmConfig } from "./config.ts";
import { createHooks, type Hooks } from "./hooks/create-hooks.ts";
import type { DeliveryLog } from "./hooks/recovery/delivery-log.ts";
import { createGithubDeliveryLog } from "./hooks/recovery/github-delivery-log.ts";
import { openGitlabLog } from "./hooks/recovery/open-gitlab-log.ts";
import type { OpenForges } from "./open-forges.ts";
import { applyAccess } from "./store/installations.ts";
import { applySignals } from "./store/signals.ts";

interface Reach extends OpenForges {
  readonly bus: Bus;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Webhooks of the forges that are configured, and what they set in motion. */
export function wireHooks(config: ScmConfig, { bus, context, github, app, clock }: Reach): Hooks {
  const { db, logger } = context;
  const secrets = config.github?.webhookSecrets ?? [];
  return createHooks({
    db,
    bus,
    logger,
    github: secrets.length === 0 ? null : { secrets, ownApp: config.github?.app?.appId ?? null },
    gitlab: gitlabTokens(config),
    effects: {
      async applySignals(tx, signals) {
        for (const { kind, provider, repo } of signals)
          if (kind === "rule" && provider === "github" && repo.id !== null) github?.dropRules(repo.id);
        return applySignals(tx, signals);
      },
      async applyAccess(tx, changes) {
        for (const { installation } of changes) github?.forgetInstallation(installation);
        return applyAccess(tx, changes);
      },
    },
    logs: [...(app === null ? [] : [createGithubDeliveryLog(app)]), ...gitlabLogs(config, context)],
    recovery: { now: () => new Date(clock()) },
  });
}

function gitlabTokens({ gitlab }: ScmConfig): { tokens: readonly string[] } | null {
  const tokens = gitlab?.webhookTokens ?? [];
  return tokens.length === 0 ? null : { tokens };
}

function gitlabLogs({ gitlab }: ScmConfig, { db, logger }: Reach["context"]): DeliveryLog[] {
  return gitlab === undefined || gitlab.webhookTokens.length === 0 ? [] : [openGitlabLog(gitlab, { db, logger })];
}
