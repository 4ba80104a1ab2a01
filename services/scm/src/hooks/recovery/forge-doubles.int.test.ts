import { eventually, useServers } from "@gastown/testkit";
import { startGithubDouble } from "@gastown/testkit/github-double";
import { roles, startGitlabDouble } from "@gastown/testkit/gitlab-double";
import { expect, test } from "vitest";
import { createAppApi } from "../../forges/github/create-app-api.ts";
import { createGitlabClient } from "../../forges/gitlab/gitlab-client.ts";
import { readStates } from "../../store/deliveries.ts";
import { startRecoveries } from "../../store/hook-recoveries.ts";
import { silent } from "../test/hook-secret.ts";
import { useHookWorld } from "../test/hook-world.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import { createGithubDeliveryLog } from "./github-delivery-log.ts";
import { createGitlabDeliveryLog } from "./gitlab-delivery-log.ts";
import { createGitlabHookApi } from "./gitlab-hook-api.ts";
import { recoverMissed, usualTimes } from "./recover-missed.ts";

const servers = useServers();
const world = useHookWorld(servers);

/** One look, without waiting between redeliveries. */
async function look(log: DeliveryLog): Promise<void> {
  await startRecoveries(world.db, [log.provider]);
  const recovering = {
    db: world.db,
    logs: [log],
    effects: { applySignals: (): Promise<void> => Promise.reject(new Error("these are not many")) },
    logger: silent,
    times: usualTimes,
    now: () => new Date(),
    pause: () => Promise.resolve(),
  };
  await recoverMissed(recovering, log.provider, new AbortController().signal);
}

test("what the double of GitHub lost, and what met a closed door, arrives by its App's list of deliveries", async () => {
  const double = await startGithubDouble();
  try {
    const { app, deliveries } = double;
    const door = await world.open({
      handling: true,
      github: { secrets: [app.webhookSecret], ownApp: String(app.id) },
    });
    double.world.people.organization("acme", ["olga"]);
    const repository = await double.world.repositories.add({
      owner: "acme",
      name: "app",
      permissions: { ann: "write" },
    });
    double.auth.install({ account: "acme" });
    deliveries.url = `${door.url}/hooks/github`;
    const commit = (file: string) =>
      double.world.branches.commit(repository, { branch: "feature", files: { [file]: "new\n" }, by: "ann" });
    const first = await commit("a.txt");
    await deliveries.settled();
    deliveries.faults.lossRate = 1;
    const lost = await commit("b.txt");
    await deliveries.settled();
    deliveries.faults.lossRate = 0;
    deliveries.url = "http://127.0.0.1:9/hooks/github";
    const refused = await commit("c.txt");
    await deliveries.settled();
    deliveries.url = `${door.url}/hooks/github`;
    const heads = () => world.signals.filter(({ kind }) => kind === "push").map(({ head }) => head);
    await eventually(() => heads().length > 0);
    expect(heads()).toEqual([first]);

    const { id, privateKey, slug, clientId, clientSecret } = app;
    const api = createAppApi({
      webUrl: double.webUrl,
      apiUrl: double.apiUrl,
      credentials: { kind: "app", appId: String(id), privateKey, slug },
      clientId,
      clientSecret,
      logger: silent,
    });
    await look(createGithubDeliveryLog(api));
    await deliveries.settled();
    await eventually(() => heads().length === 3);
    expect(new Set(heads())).toEqual(new Set([first, lost, refused]));
    const guids = [...new Set(deliveries.log.map(({ guid }) => guid))];
    // What it says is told before it is stored as done.
    await eventually(async () => {
      const deliveriesOf = guids.map((delivery) => ({ provider: "github" as const, delivery }));
      const states = await readStates(world.db, deliveriesOf);
      expect(states.map(({ status }) => status)).toEqual(guids.map(() => "done"));
    });
    const before = deliveries.log.length;
    await look(createGithubDeliveryLog(api));
    await deliveries.settled();
    expect(deliveries.log).toHaveLength(before);
  } finally {
    await double.close();
  }
});

test("what the double of GitLab lost arrives by the events of its webhook", async () => {
  const double = await startGitlabDouble();
  try {
    const door = await world.open({ handling: true, gitlab: { tokens: ["a token"] } });
    const project = await double.world.createProject("acme/app", { git: "memory", members: { bot: roles.maintainer } });
    const client = createGitlabClient({ url: double.webUrl, token: double.world.token("bot").value, logger: silent });
    await client.send({
      operation: "create webhook",
      method: "POST",
      path: ["projects", project.id, "hooks"],
      body: { url: `${door.url}/hooks/gitlab`, token: "a token", push_events: true },
      signal: new AbortController().signal,
    });
    const push = async (file: string): Promise<string> => {
      const head = await double.world.push("acme/app", { branch: "feature", from: "main", files: { [file]: "new\n" } });
      await double.settled();
      return head;
    };
    const heads = () =>
      world.signals.filter(({ kind, provider }) => kind === "push" && provider === "gitlab").map(({ head }) => head);
    const first = await push("a.txt");
    double.faults.lostDeliveries = 1;
    const lost = await push("b.txt");
    await eventually(() => heads().length === 1);
    expect(heads()).toEqual([first]);

    // A project where we are nobody has no webhooks for us.
    const strange = await double.world.createProject("other/app", { git: "memory" });
    const projects = () => Promise.resolve([String(strange.id), String(project.id)]);
    const log = createGitlabDeliveryLog(createGitlabHookApi({ client, projects }), silent);
    await look(log);
    await eventually(() => heads().length === 2);
    expect(heads()).toEqual([first, lost]);
    const resent = () => double.requests.filter(({ route }) => route.endsWith("/resend")).length;
    expect(resent()).toBe(1);
    await look(log);
    expect(resent()).toBe(1);
  } finally {
    await double.close();
  }
});
