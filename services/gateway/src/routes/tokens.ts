import { newId, pageOf, townId } from "@gastown/contracts";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { newToken, scope, token } from "../api/named-schemas.ts";
import { pageQuery } from "../api/parameters.ts";
import { demand, hashOf } from "../identify.ts";
import { operation, type Operation } from "../operation.ts";
import { Problem } from "../problem.ts";
import type { TokenRow } from "../store/token-store.ts";

const tag = "Tokens";
/** A token's name is the user in `user:<name>`, to which its commands are attributed. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, "must be 1-64 of letters, digits and ._@-");
const tokenPath = z.object({
  token: z
    .string()
    .regex(/^[0-9a-z]{26}$/, "must be a token's id")
    .describe("The token's id"),
});

function viewOf({
  id,
  name: called,
  scope: may,
  town,
  createdBy,
  createdAt,
  revokedAt,
}: TokenRow): z.output<typeof token> {
  const times = { createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
  return { id, name: called, scope: may, town, createdBy, ...times };
}

export const tokenOperations: Operation[] = [
  operation({
    id: "listTokens",
    method: "get",
    path: "/v1/tokens",
    tag,
    summary: "List tokens, revoked ones too",
    description: "A town's token sees the tokens of its own town only.",
    scope: "admin",
    query: pageQuery,
    reply: pageOf(token),
    async handle({ query: { limit, after } }, { identity }, { tokens }) {
      const rows = await tokens.list({ town: identity.town, after, limit: limit + 1 });
      const items = rows.slice(0, limit).map(viewOf);
      return { seq: null, data: { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null } };
    },
  }),
  operation({
    id: "createToken",
    method: "post",
    path: "/v1/tokens",
    tag,
    summary: "Make a token",
    description: "The secret is in the answer and nowhere else. Without `town` it is for the whole installation.",
    scope: "admin",
    body: z.strictObject({ name, scope, town: townId.nullable().default(null) }),
    status: 201,
    reply: newToken,
    async handle({ body }, { identity }, { tokens }) {
      demand(
        identity,
        body.town === null ? { scope: "admin", installation: true } : { scope: "admin", town: body.town },
      );
      const secret = `gt_${randomBytes(32).toString("base64url")}`;
      const id = newId().toLowerCase();
      const row = await tokens.add({ ...body, id, hash: hashOf(secret), createdBy: identity.name });
      return { seq: null, data: { ...viewOf(row), token: secret }, location: `/v1/tokens/${id}` };
    },
  }),
  operation({
    id: "revokeToken",
    method: "delete",
    path: "/v1/tokens/{token}",
    tag,
    summary: "Revoke a token",
    description:
      "It is refused from now on and its open streams and terminals are closed. Revoking a revoked one changes nothing.",
    scope: "admin",
    params: tokenPath,
    reply: token,
    async handle({ params }, { identity }, { tokens, sessions, terminals }) {
      const row = await tokens.get(params.token);
      // A town's token does not learn which tokens others have.
      if (row === null || (identity.town !== null && row.town !== identity.town))
        throw new Problem("token_not_found", {
          detail: `There is no token ${params.token}.`,
          errors: [{ field: "token", reason: "is not a token's id" }],
        });
      await tokens.revoke(row.id);
      sessions.revoke(row.id);
      terminals.revoke(row.id);
      const revoked = (await tokens.get(row.id)) ?? row;
      return { seq: null, data: viewOf(revoked) };
    },
  }),
];
