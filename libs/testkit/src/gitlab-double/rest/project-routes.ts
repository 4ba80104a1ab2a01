import { roleOf } from "../gitlab-state.ts";
import { newToken } from "../tokens.ts";
import { roles, type Project } from "../types.ts";
import { needed, paged, projectAs, projectOf, RestRefusal, text, type RestCall, type Route } from "./rest-call.ts";
import { projectShape, userShape } from "./rest-shapes.ts";

/** People, projects, and tokens of a project. */
export const projectRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/user",
    answer: ({ state, token }) => ({ status: 200, body: userShape(state, token.person) }),
  },
  {
    method: "GET",
    template: "/users",
    answer: (call) => {
      const { state } = call;
      const wanted = needed(call, "username").toLowerCase();
      const found = state.people.filter((person) => person.username.toLowerCase() === wanted);
      return paged(
        call,
        found.map((person) => userShape(state, person)),
      );
    },
  },
  {
    method: "GET",
    template: "/projects/:id",
    answer: (call) => ({ status: 200, body: projectShape(call.state, projectOf(call), call.token.person) }),
  },
  { method: "POST", template: "/projects/:id/access_tokens", answer: createToken },
];

/** Only maintainers, never above their own role, and until the start (UTC) of the day it expires on. */
function createToken(call: RestCall) {
  const { state, token } = call;
  const project = projectAs(call, roles.maintainer);
  if (!project.settings.projectTokens)
    throw new RestRefusal(400, "User does not have permission to create project access token");
  const role = Number(text(call, "access_level") ?? roles.maintainer);
  if (role > roleOf(project, token.person))
    throw new RestRefusal(
      400,
      "Access level of the token can't be greater the access level of the user who created the token",
    );
  const expiresOn = needed(call, "expires_at");
  const expiresAt = Date.parse(`${expiresOn}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(expiresOn) || !(expiresAt > state.now()))
    throw new RestRefusal(400, "expires_at is invalid");
  const scopes = scopesOf(call);
  const bot = botIn(call, project, role);
  const made = newToken(state, { person: bot, scopes, project: project.id, expiresAt });
  return {
    status: 201,
    body: {
      id: state.newId(),
      name: needed(call, "name"),
      scopes,
      access_level: role,
      expires_at: expiresOn,
      user_id: bot.id,
      active: true,
      revoked: false,
      token: made.value,
    },
  };
}

const known = new Set(["api", "read_api", "read_repository", "write_repository", "self_rotate"]);

function scopesOf({ body }: RestCall): string[] {
  const scopes = Array.isArray(body["scopes"]) ? body["scopes"].map(String) : [];
  if (scopes.length === 0) throw new RestRefusal(400, "scopes is missing");
  if (scopes.some((scope) => !known.has(scope))) throw new RestRefusal(400, "Scopes can only contain available scopes");
  return scopes;
}

/** Every project token comes with a bot user of its own. */
function botIn({ state }: RestCall, project: Project, role: number) {
  const id = state.newId();
  const bot = { id, username: `project_${project.id}_bot_${id}`, name: "token", bot: true };
  state.people.push(bot);
  project.members.set(bot, role);
  return bot;
}
