import { resendHook } from "../hooks/send-hooks.ts";
import { roles, type Hook, type HookEvent, type HookKind, type Project } from "../types.ts";
import {
  needed,
  paged,
  projectAs,
  RestRefusal,
  text,
  type RestAnswer,
  type RestCall,
  type Route,
} from "./rest-call.ts";

const one = "/projects/:id/hooks/:hook";

/** Hooks of a project, and what was delivered to them; for maintainers. */
export const hookRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/projects/:id/hooks",
    answer: (call) => {
      const project = projectAs(call, roles.maintainer);
      return paged(
        call,
        project.hooks.map((hook) => hookShape(call, project, hook)),
      );
    },
  },
  { method: "POST", template: "/projects/:id/hooks", answer: create },
  { method: "PUT", template: one, answer: update },
  { method: "DELETE", template: one, answer: remove },
  {
    method: "GET",
    template: `${one}/events`,
    answer: (call) => {
      const { project, hook } = hookOf(call);
      const events = project.hookEvents.filter((event) => event.hook === hook.id).toReversed();
      return paged(call, events.map(eventShape));
    },
  },
  { method: "POST", template: `${one}/events/:event/resend`, answer: resend },
];

const kinds: readonly HookKind[] = ["push", "merge_requests", "note", "pipeline"];

function hookOf(call: RestCall): { project: Project; hook: Hook } {
  const project = projectAs(call, roles.maintainer);
  const hook = project.hooks.find(({ id }) => String(id) === call.path["hook"]);
  if (hook === undefined) throw new RestRefusal(404, "404 Not found");
  return { project, hook };
}

/** Push events are on unless told; the token is never told again. */
function create(call: RestCall): RestAnswer {
  const project = projectAs(call, roles.maintainer);
  const url = needed(call, "url");
  if (!/^https?:\/\//.test(url))
    throw new RestRefusal(422, { url: ["is blocked: Only allowed schemes are http, https"] });
  const events = kinds.filter((kind) => (text(call, `${kind}_events`) ?? String(kind === "push")) === "true");
  const hook: Hook = {
    id: call.state.newId(),
    url,
    token: text(call, "token") ?? "",
    events,
    failuresInARow: 0,
    disabledUntil: null,
  };
  project.hooks.push(hook);
  return { status: 201, body: hookShape(call, project, hook) };
}

function update(call: RestCall): RestAnswer {
  const { project, hook } = hookOf(call);
  hook.url = needed(call, "url");
  hook.token = text(call, "token") ?? hook.token;
  hook.events = kinds.filter((kind) => (text(call, `${kind}_events`) ?? String(hook.events.includes(kind))) === "true");
  return { status: 200, body: hookShape(call, project, hook) };
}

function remove(call: RestCall): RestAnswer {
  const { project, hook } = hookOf(call);
  project.hooks.splice(project.hooks.indexOf(hook), 1);
  return { status: 204 };
}

async function resend(call: RestCall): Promise<RestAnswer> {
  const { project, hook } = hookOf(call);
  const event = project.hookEvents.find(({ id, hook: of }) => of === hook.id && String(id) === call.path["event"]);
  if (event === undefined) throw new RestRefusal(404, "404 Not found");
  return { status: 201, body: { response_status: await resendHook(call.state, { project, event }) } };
}

function hookShape({ state }: RestCall, project: Project, hook: Hook) {
  const disabled = hook.disabledUntil !== null && hook.disabledUntil > state.now();
  return {
    id: hook.id,
    url: hook.url,
    project_id: project.id,
    ...Object.fromEntries(kinds.map((kind) => [`${kind}_events`, hook.events.includes(kind)])),
    enable_ssl_verification: true,
    alert_status: disabled ? "temporarily_disabled" : "executable",
    disabled_until: hook.disabledUntil === null ? null : new Date(hook.disabledUntil).toISOString(),
  };
}

function eventShape(event: HookEvent) {
  return {
    id: event.id,
    url: event.url,
    trigger: event.trigger,
    request_headers: { ...event.headers, "X-Gitlab-Token": "[REDACTED]" },
    request_data: event.body,
    response_status: event.responseStatus,
    execution_duration: 0.1,
  };
}
