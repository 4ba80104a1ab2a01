import { randomUUID } from "node:crypto";
import type { GitlabState, ProjectEvent } from "../gitlab-state.ts";
import type { Hook, HookEvent, HookKind, Project } from "../types.ts";

const names: Readonly<Record<HookKind, string>> = {
  push: "Push Hook",
  merge_requests: "Merge Request Hook",
  note: "Note Hook",
  pipeline: "Pipeline Hook",
};

/** "Auto-disabled after four consecutive failures" (docs: webhooks). */
const failuresAllowed = 4;
const disabledMs = 60_000;
/** How long GitLab waits for an answer (docs: webhooks). */
const answerMs = 10_000;

/** Tells every hook of the project that wants to know. */
export function sendHooks(state: GitlabState, happened: ProjectEvent): void {
  const { project, kind } = happened;
  const uuid = randomUUID();
  for (const hook of project.hooks.filter((one) => one.events.includes(kind))) {
    if (hook.disabledUntil !== null && hook.disabledUntil > state.now()) continue;
    const event: HookEvent = {
      id: state.newId(),
      hook: hook.id,
      trigger: `${kind}_hooks`,
      url: hook.url,
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "GitLab/18.6.0-double",
        "X-Gitlab-Event": names[kind],
        "X-Gitlab-Event-UUID": uuid,
        "X-Gitlab-Webhook-UUID": randomUUID(),
        "Idempotency-Key": randomUUID(),
        "X-Gitlab-Instance": state.webUrl(),
      },
      body: happened.body(),
      responseStatus: "internal error",
      at: state.now(),
    };
    project.hookEvents.push(event);
    if (state.faults.lostDeliveries > 0) state.faults.lostDeliveries -= 1;
    else state.later(() => deliver(state, { hook, event }));
  }
}

/** Sends an event of the log once more, as another event: the body and `Idempotency-Key` stay, the UUID does not. Answers the status. */
export async function resendHook(
  state: GitlabState,
  { project, event }: { project: Project; event: HookEvent },
): Promise<number> {
  const hook = project.hooks.find((one) => one.id === event.hook);
  if (hook === undefined) return 0;
  const headers = { ...event.headers, "X-Gitlab-Event-UUID": randomUUID() };
  const again: HookEvent = { ...event, id: state.newId(), headers, responseStatus: "internal error", at: state.now() };
  project.hookEvents.push(again);
  await deliver(state, { hook, event: again });
  return Number(again.responseStatus) || 0;
}

async function deliver(state: GitlabState, { hook, event }: { hook: Hook; event: HookEvent }): Promise<void> {
  const headers = { ...event.headers, ...(hook.token === "" ? {} : { "X-Gitlab-Token": hook.token }) };
  try {
    const answer = await fetch(hook.url, {
      method: "POST",
      headers,
      body: JSON.stringify(event.body),
      redirect: "manual",
      signal: AbortSignal.timeout(answerMs),
    });
    await answer.arrayBuffer();
    event.responseStatus = String(answer.status);
  } catch {
    event.responseStatus = "internal error";
  }
  const went = /^2\d\d$/.test(event.responseStatus);
  hook.failuresInARow = went ? 0 : hook.failuresInARow + 1;
  if (went) hook.disabledUntil = null;
  else if (hook.failuresInARow >= failuresAllowed) hook.disabledUntil = state.now() + disabledMs;
}
