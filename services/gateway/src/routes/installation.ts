import { health } from "../api/named-schemas.ts";
import { serviceDependencies } from "../service-dependencies.ts";
import { operation, type Operation } from "../operation.ts";

export const installationOperations: Operation[] = [
  operation({
    id: "getHealth",
    method: "get",
    path: "/v1/health",
    tag: "Installation",
    summary: "What the gateway depends on: connected, or not connected and why",
    description: "Always 200: it is a report. `/readyz` (no token) is 503 while the gateway cannot serve.",
    scope: "read",
    reply: health,
    async handle(_, { signal }, context) {
      const [own, services] = await Promise.all([context.dependencies(), serviceDependencies(context, signal)]);
      const dependencies = { ...own, ...services };
      const ok = Object.values(dependencies).every(({ state }) => state === "connected");
      return { seq: null, data: { ok, version: context.version, dependencies } };
    },
  }),
];
