import type { Bus } from "@gastown/bus";
import type { ScmConfig } from "./config.ts";
import { createHooks, type Hooks } from "./hooks/create-hooks.ts";
import { createGithubDeliveryLog } from "./hooks/recovery/github-delivery-log.ts";
import type { OpenForges } from "./open-forges.ts";
import { applyAccess } from "./store/installations.ts";
import { applySignals } from "./store/signals.ts";

interface Reach extends OpenForges {
  readonly bus: Bus;
}

/** Webhooks of the forges that are configured, and what they set in motion. */
export function wireHooks(config: ScmConfig, { bus, context, github, app }: Reach): Hooks {
  const { db, logger } = context;
  const secrets = config.github?.webhookSecrets ?? [];
  const tokens = config.gitlab?.webhookTokens ?? [];
  return createHooks({
    db,
    bus,
    logger,
    github: secrets.length === 0 ? null : { secrets, ownApp: config.github?.app?.appId ?? null },
    gitlab: tokens.length === 0 ? null : { tokens },
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
    logs: app === null ? [] : [createGithubDeliveryLog(app)],
  });
}
