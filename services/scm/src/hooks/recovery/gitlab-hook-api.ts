import { z } from "zod";
import { ScmError } from "../../forges/forge.ts";
import type { GitlabClient } from "../../forges/gitlab/gitlab-client.ts";
import type { GitlabHook, GitlabHookApi } from "./gitlab-delivery-log.ts";

export interface GitlabHookApiOptions {
  readonly client: Pick<GitlabClient, "send" | "read" | "list">;
  /** Ids of the projects that are rigs' repositories. */
  readonly projects: () => Promise<readonly string[]>;
}

const hookShape = z.object({ id: z.int(), url: z.string(), alert_status: z.string().nullish() });
const eventShape = z.object({
  id: z.int(),
  trigger: z.string(),
  request_headers: z.record(z.string(), z.string()).nullish(),
  response_status: z.union([z.string(), z.number()]).transform(String),
});
const perPage = 100;

/** What GitLab tells a maintainer of its webhooks; a project where we are none has none for us. */
export function createGitlabHookApi({ client, projects }: GitlabHookApiOptions): GitlabHookApi {
  return {
    async listHooks({ signal }) {
      const found: GitlabHook[] = [];
      for (const project of await projects()) {
        const path = ["projects", project, "hooks"];
        const { items } = await client
          .list({ operation: "list webhooks", path, signal }, hookShape)
          .catch(noneIfDenied);
        for (const { id, url, alert_status: alert } of items)
          if (isOurs(url)) found.push({ project, id: String(id), disabled: alert === "disabled" });
      }
      return found;
    },
    async listHookEvents({ project, id }, page, { signal }) {
      const path = ["projects", project, "hooks", id, "events"];
      const asked = { operation: "list webhook events", path, query: { page, per_page: perPage }, signal };
      const events = await client.read(asked, eventShape.array());
      return events.map(({ id: event, trigger, request_headers: headers, response_status: responseStatus }) => ({
        id: String(event),
        trigger,
        responseStatus,
        requestHeaders: Object.fromEntries(
          Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
        ),
      }));
    },
    async resendHookEvent({ project, id }, event, { signal }) {
      const path = ["projects", project, "hooks", id, "events", event, "resend"];
      await client.send({ operation: "resend webhook event", method: "POST", path, signal });
    },
    // A test that is answered well is what enables a webhook again; it tells of the last push, which costs a read.
    async enableHook({ project, id }, { signal }) {
      const path = ["projects", project, "hooks", id, "test", "push_events"];
      await client.send({ operation: "test webhook", method: "POST", path, signal });
    },
  };
}

function isOurs(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith("/hooks/gitlab");
}

function noneIfDenied(error: unknown): { items: z.infer<typeof hookShape>[] } {
  if (error instanceof ScmError && (error.kind === "denied" || error.kind === "gone")) return { items: [] };
  throw error;
}
