import type { CallContext } from "../../forges/forge.ts";
import type { DeliveryLog } from "./delivery-log.ts";

/** A webhook that points at us. */
export interface GitlabHook {
  /** The project's id, as text. */
  readonly project: string;
  readonly id: string;
}

/** `GET /projects/:id/hooks/:hook_id/events`, as far as it is read here. */
export interface GitlabHookEvent {
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
  resendHookEvent(hook: GitlabHook, event: string, context: CallContext): Promise<void>;
}

const sevenDaysMs = 7 * 24 * 60 * 60_000;
/** Events have no time: so many pages of each hook are looked at. The sweep sees what was missed before. */
const pagesAHook = 3;
const pageSize = 100;

/** What GitLab knows of the deliveries of our webhooks, for seven days (scm §8). */
export function createGitlabDeliveryLog(api: GitlabHookApi): DeliveryLog {
  return {
    provider: "gitlab",
    keptMs: sevenDaysMs,
    // GitLab takes five a minute and webhook.
    paceMs: 12_000,
    async *attempts(signal) {
      for (const hook of await api.listHooks({ signal })) {
        for (let page = 1; page <= pagesAHook; page++) {
          const events = await api.listHookEvents(hook, page, { signal });
          for (const event of events) yield attemptOf(hook, event);
          if (events.length < pageSize) break;
        }
      }
    },
    redeliver({ id }, signal) {
      const [project = "", hook = "", event = ""] = id.split("/");
      return api.resendHookEvent({ project, id: hook }, event, { signal });
    },
  };
}

function attemptOf(hook: GitlabHook, { id, requestHeaders, trigger, responseStatus }: GitlabHookEvent) {
  // The same order of preference as in `gitlab-source.ts`.
  const delivery = requestHeaders["idempotency-key"] ?? requestHeaders["x-gitlab-event-uuid"] ?? id;
  return {
    id: `${hook.project}/${hook.id}/${id}`,
    delivery,
    event: trigger.replace(/_(?:hooks|events)$/, ""),
    at: null,
    status: responseStatus,
    arrived: /^2\d\d$/.test(responseStatus),
  };
}
