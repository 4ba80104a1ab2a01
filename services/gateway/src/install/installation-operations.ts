import { installationId, listInstallationRepositories, listInstallations, noTown, pageOf } from "@gastown/contracts";
import { z } from "zod";
import { installation, installationRepository } from "../api/named-schemas.ts";
import { pageQuery } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Installations";
const installationPath = z.object({
  installation: installationId.describe("GitHub's number of the installation"),
});

export const githubOperations: Operation[] = [
  operation({
    id: "listInstallations",
    method: "get",
    path: "/v1/installations",
    tag,
    summary: "List installations of the GitHub App, by id",
    description:
      "A town's token sees those that its town may use; a token of the whole installation sees all, also those that nobody has linked. Removed ones are left out.",
    scope: "read",
    query: pageQuery,
    reply: pageOf(installation),
    handle: ({ query }, { identity, signal }, context) =>
      askOwner(context, listInstallations, { town: identity.town ?? noTown, data: query, signal }),
  }),
  operation({
    id: "listInstallationRepositories",
    method: "get",
    path: "/v1/installations/{installation}/repositories",
    tag,
    summary: "List the repositories that an installation reaches, by name",
    scope: "read",
    params: installationPath,
    query: pageQuery,
    reply: pageOf(installationRepository),
    handle: ({ params, query }, { identity, signal }, context) =>
      askOwner(context, listInstallationRepositories, {
        town: identity.town ?? noTown,
        data: { ...query, ...params },
        signal,
      }),
  }),
];
