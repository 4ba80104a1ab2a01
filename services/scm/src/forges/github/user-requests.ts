import { request as octokitRequest } from "@octokit/request";
import { z } from "zod";
import { ScmError, type CallContext } from "../forge.ts";
import type { AppApi, UserToken } from "./app-api.ts";
import { readFailure, toScmError } from "./call-failure.ts";
import type { GithubSite } from "./github-options.ts";
import { parseAnswer } from "./parse-answer.ts";
import { requestDefaults } from "./request-defaults.ts";

interface UserOptions extends GithubSite {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface UserOrder {
  readonly operation: string;
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const timeoutMs = 20_000;
const perPage = 100;
const mostPages = 20;

/** What is asked for a person who has just come back from GitHub, with a token that is used at once and dropped (scm §5.3). */
export function createUserRequests(
  options: UserOptions,
): Pick<AppApi, "exchangeCode" | "tokenUser" | "userInstallations"> {
  const send = createSender(options);
  return {
    exchangeCode: async (code, context) => {
      const order = {
        operation: "exchange code",
        route: `POST ${options.webUrl}/login/oauth/access_token`,
        parameters: { client_id: options.clientId, client_secret: options.clientSecret, code },
        headers: { accept: "application/json" },
      };
      return readExchange(await send(order, context));
    },
    tokenUser: async (user, context) => {
      const operation = "read user";
      const data = await send({ operation, route: "GET /user", headers: asUser(user) }, context);
      const { id, login, type } = parseAnswer(person, data, { operation });
      return { id: String(id), login, type: type === "User" || type === "Organization" ? type : "other" };
    },
    userInstallations: async (user, context) => {
      const operation = "list user installations";
      const ids: string[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const order = { operation, route: "GET /user/installations", headers: asUser(user) };
        const data = await send({ ...order, parameters: { per_page: perPage, page } }, context);
        const some = parseAnswer(installations, data, { operation }).installations;
        ids.push(...some.map((found) => String(found.id)));
        if (some.length < perPage) break;
      }
      return ids;
    },
  };
}

function asUser({ token }: UserToken): Readonly<Record<string, string>> {
  return { authorization: `token ${token}` };
}

function createSender(options: UserOptions): (order: UserOrder, context: CallContext) => Promise<unknown> {
  const request = octokitRequest.defaults(requestDefaults(options));
  const clock = options.clock ?? Date.now;
  return async ({ operation, route, parameters, headers }, { signal }) => {
    const began = clock();
    const told = (status: number) => {
      const call = { operation, kind: "rest", mutates: false, installation: null, cost: null } as const;
      options.onCall?.({ ...call, status, durationMs: clock() - began });
    };
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const answer = await request(route, { ...parameters, headers: { ...headers }, request: { signal: bounded } });
      told(answer.status);
      return answer.data as unknown;
    } catch (error) {
      signal.throwIfAborted();
      const failure = readFailure(error, clock());
      told(failure.status);
      throw toScmError(failure, { operation, mutates: false });
    }
  };
}

const person = z.object({ id: z.number(), login: z.string(), type: z.string() });
const installations = z.object({ installations: z.array(z.object({ id: z.number() })) });
const exchanged = z.union([
  z.object({ access_token: z.string().min(1) }),
  z.object({ error: z.string(), error_description: z.string().optional() }),
]);

/** GitHub answers 200 also when it refuses; a code that was used, forged or is too old cannot work later either. */
function readExchange(data: unknown): UserToken {
  const answer = parseAnswer(exchanged, data, { operation: "exchange code" });
  if ("access_token" in answer) return { token: answer.access_token };
  const { error, error_description: why } = answer;
  // These two are about us, not about who came.
  const ours = error === "incorrect_client_credentials" || error === "redirect_uri_mismatch";
  throw new ScmError(ours ? "denied" : "invalid", `GitHub does not take the code: ${why ?? error}`);
}
