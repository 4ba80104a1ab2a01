import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import { createGitlabClient } from "../../forges/gitlab/gitlab-client.ts";
import { trackedRemotes } from "../../store/hook-recoveries.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import { createGitlabDeliveryLog } from "./gitlab-delivery-log.ts";
import { createGitlabHookApi } from "./gitlab-hook-api.ts";

/** What GitLab remembers of the webhooks of all projects that are rigs' repositories. */
export function openGitlabLog(
  { url, token }: { readonly url: string; readonly token: string },
  { db, logger }: { db: Database; logger: Logger },
): DeliveryLog {
  const client = createGitlabClient({ url, token, logger });
  return createGitlabDeliveryLog(createGitlabHookApi({ client, projects: () => trackedRemotes(db, "gitlab") }), logger);
}
