import { townId } from "@gastown/contracts";
import { assertTown } from "../assert-town.ts";
import type { GatewayContext } from "../context.ts";
import { bearerOf, demand, identify } from "../identify.ts";
import { Problem } from "../problem.ts";
import { protocolValue, queryOf, type Door } from "./door.ts";
import { streamQuery } from "./stream-query.ts";

const maxSockets = 2_000;

/** A town's stream: for tokens that may read the town, when it exists. */
export function streamDoor(context: GatewayContext): Door {
  return {
    route: "/v1/towns/{town}/stream",
    path: /^\/v1\/towns\/([^/]+)\/stream$/,
    maxMessageBytes: 4 * 1024,
    async admit(request, url, [named]) {
      const token = bearerOf(request.headers.authorization) ?? protocolValue(request, "gastown.token.");
      const identity = await identify(token, context);
      const town = townId.safeParse(named);
      if (!town.success)
        throw new Problem("not_found", {
          detail: `No such id can exist. town: ${town.error.issues[0]?.message ?? "wrong"}`,
          errors: [{ field: "town", reason: town.error.issues[0]?.message ?? "wrong" }],
        });
      demand(identity, { scope: "read", town: town.data });
      const { agent: agents = [], from, stream } = queryOf(url, streamQuery);
      await assertTown(context, town.data);
      if (context.sessions.size >= maxSockets)
        throw new Problem("too_many_sockets", { detail: `This gateway serves ${maxSockets} streams already.` });
      const asked = { town: town.data, identity, from, stream, agents };
      return (socket) => context.sessions.open(socket, asked);
    },
  };
}
