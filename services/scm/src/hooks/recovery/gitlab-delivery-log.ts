import type { Logger } from "@gastown/telemetry";
import { ScmError, type CallContext } from "../../forges/forge.ts";
import type { DeliveryAttempt, DeliveryLog } from "./delivery-log.ts";

/** A webhook that points at us. */
export interface GitlabHook {
  /** The project's id, as text. */
  readonly project: string;
  readonly id: string;
  /** GitLab has given it up after failures and sends nothing any more. */
  readonly disabled: boolean;
}

/** `GET /projects/:id/hooks/:hook_id/events`, as far as it is read here. */
interface GitlabHookEvent {
  readonly id: string;
  /** Names in lower case. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** `push_hooks`. */
  readonly trigger: string;
  /** `200`, or words such as `internal error`. */
  readonly responseStatus: string;
}

/** What is asked of GitLab about its webhooks (from 17.4 on). Throws `ScmError`. */
export interface GitlabHookApi {
  /** Webhooks of the tracked projects that point at us. */
  listHooks(context: CallContext): Promise<readonly GitlabHook[]>;
  /** Newest first, 100 a page, from page 1 on. */
  listHookEvents(hook: GitlabHook, page: number, context: CallContext): Promise<readonly GitlabHookEvent[]>;
  resendHookEvent(hook: Omit<GitlabHook, "disabled">, event: string, context: CallContext): Promise<void>;
  /** GitLab sends again, once we have answered well. */
  enableHook(hook: GitlabHook, context: CallContext): Promise<void>;
}

const sevenDaysMs = 7 * 24 * 60 * 60_000;
/** Events have no time: so many pages of each hook are looked at. The sweep sees what was missed before. */
const pagesAHook = 3;
const pageSize = 100;

/** What GitLab knows of the deliveries of our webhooks, for seven days (scm §8). Reading it has disabled ones enabled. */
export function createGitlabDeliveryLog(api: GitlabHookApi, logger: Logger): DeliveryLog {
  return {
    provider: "gitlab",
    keptMs: sevenDaysMs,
    // GitLab takes five a minute and webhook.
    paceMs: 12_000,
    async *attempts(signal) {
      for (const hook of await api.listHooks({ signal })) {
        if (hook.disabled) await enable(api, hook, { logger, signal });
        yield* attemptsOf(api, hook, signal);
      }
    },
    redeliver({ id }, signal) {
      const [project = "", hook = "", event = ""] = id.split("/");
      return api.resendHookEvent({ project, id: hook }, event, { signal });
    },
  };
}

/** Who may not do it is told; what was missed is asked for all the same. */
async function enable(
  api: GitlabHookApi,
  hook: GitlabHook,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { project, id } = hook;
  try {
    await api.enableHook(hook, { signal });
    logger.warn({ project, hook: id }, "GitLab had disabled our webhook; it was asked to send again");
  } catch (error) {
    if (!(error instanceof ScmError) || error.mayPass) throw error;
    logger.error({ project, hook: id, reason: error.message }, "GitLab has disabled our webhook: enable it by hand");
  }
}

async function* attemptsOf(api: GitlabHookApi, hook: GitlabHook, signal: AbortSignal): AsyncGenerator<DeliveryAttempt> {
  for (let page = 1; page <= pagesAHook; page++) {
    const events = await api.listHookEvents(hook, page, { signal });
    for (const event of events) yield attemptOf(hook, event);
    if (events.length < pageSize) return;
  }
}

function attemptOf(
  hook: GitlabHook,
  { id, requestHeaders, trigger, responseStatus }: GitlabHookEvent,
): DeliveryAttempt {
  return {
    id: `${hook.project}/${hook.id}/${id}`,
    // The same order of preference as in `gitlab-source.ts`.
    delivery: requestHeaders["idempotency-key"] ?? requestHeaders["x-gitlab-event-uuid"] ?? id,
    event: trigger.replace(/_(?:hooks|events)$/, ""),
    at: null,
    status: responseStatus,
    arrived: /^2\d\d$/.test(responseStatus),
  };
}
