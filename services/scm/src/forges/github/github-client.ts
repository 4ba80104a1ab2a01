import { withCustomRequest } from "@octokit/graphql";
import { request as octokitRequest } from "@octokit/request";
import type { CallContext } from "../forge.ts";
import type { CallFailure } from "./call-failure.ts";
import type { GithubSite } from "./github-options.ts";
import { createGovernor, type CallAnswer, type CallOrder } from "./governed-call.ts";
import type { Headers } from "./rate-limit.ts";
import { requestDefaults } from "./request-defaults.ts";
import type { Access, TokenPermissions, TokenSource } from "./token-source.ts";

interface RestOrder extends CallOrder {
  /** `GET /repos/{owner}/{repo}` */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses from 300 on that are an answer here, not a failure. */
  readonly answers?: readonly number[];
  /** The body is not read: `data` is its stream. */
  readonly streamed?: boolean;
}

interface GraphqlOrder extends CallOrder {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What could be answered is, with errors that name the rest. */
  readonly partial?: boolean;
}

/** GitHub as one installation, or one person, sees it. Throws as `createGovernor` says. */
export interface GithubClient {
  rest(order: RestOrder): Promise<CallAnswer>;
  graphql(order: GraphqlOrder): Promise<CallAnswer>;
  /** What the token may do; null where GitHub does not tell (personal tokens). */
  permissions(access: Access, context: CallContext): Promise<TokenPermissions | null>;
}

/** A client that takes its tokens from `tokens`. There is no retrying plugin: it would repeat changes (scm §0.8). */
export function createGithubClient(site: GithubSite, tokens: TokenSource): GithubClient {
  const govern = createGovernor(site, tokens);
  const request = octokitRequest.defaults(requestDefaults(site));
  const query = withCustomRequest(request);
  return {
    rest: (order) =>
      govern({
        order,
        kind: "rest",
        fire: async (token, signal) => {
          const { status, headers, data } = await request(order.route, {
            ...order.parameters,
            headers: { ...order.headers, authorization: `token ${token}` },
            request: { signal, parseSuccessResponseBody: order.streamed !== true },
          });
          return { status, headers, data: data as unknown, errors: [] };
        },
        accept: (failure) => (order.answers?.includes(failure.status) ? answerOf(failure) : null),
      }),
    graphql: (order) =>
      govern({
        order,
        kind: "graphql",
        fire: async (token, signal) => {
          let headers: Headers = {};
          const data: unknown = await query(order.query, {
            ...order.variables,
            headers: { authorization: `token ${token}` },
            request: {
              signal,
              hook: async (send: typeof request, options: Parameters<typeof request>[0]) => {
                const response = await send(options);
                ({ headers } = response);
                return response;
              },
            },
          });
          return { status: 200, headers, data, errors: [] };
        },
        accept: (failure) => (order.partial === true && isPartial(failure) ? answerOf(failure) : null),
      }),
    permissions: async (access, { signal }) => (await tokens.tokenFor(access, signal)).permissions,
  };
}

function answerOf({ status, headers, body, errors }: CallFailure): CallAnswer {
  return { status, headers, data: body, errors };
}

function isPartial({ errors, body }: CallFailure): boolean {
  return errors.length > 0 && typeof body === "object" && body !== null;
}
