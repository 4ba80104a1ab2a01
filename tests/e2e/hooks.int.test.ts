import { createHmac, randomUUID } from "node:crypto";
import { listDeadLetters, publishHook } from "@gastown/bus";
import { eventually } from "@gastown/testkit";
import { describe, expect, test } from "vitest";
import { useCli } from "./run-cli.ts";
import { useTownAndGateway } from "./town-and-gateway.ts";

const secret = "a secret of the webhook";
const github = {
  webUrl: "http://127.0.0.1:9",
  apiUrl: "http://127.0.0.1:9/api/v3",
  app: null,
  token: "unused",
  webhookSecrets: [secret],
};
const gateway = useTownAndGateway({ scm: { github } });
const { gastown, json, failure } = useCli(gateway);
const repository = { id: 1, full_name: "acme/app" };

/** GitHub delivers; answers the delivery's id. */
async function deliver(event: string, data: object): Promise<string> {
  const body = JSON.stringify(data);
  const delivery = randomUUID();
  const { status } = await fetch(`${gateway.scmUrl}/hooks/github`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": delivery,
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  });
  expect(status).toBe(202);
  return delivery;
}

const read = async (path: string) => (await gateway.call(`/v1/hooks${path}`)).body.data;
const untilStatus = (delivery: string, status: string) =>
  eventually(async () => expect(await read(`/github/${delivery}`)).toMatchObject({ status }));

describe("webhooks through the gateway and the command line", () => {
  test("are listed with what became of them, shown with their body, and replayed", async () => {
    const [first, second] = [
      await deliver("status", { sha: "c1", repository }),
      await deliver("pull_request", { action: "opened", number: 7 }),
    ];
    await untilStatus(first, "done");
    await untilStatus(second, "failed");
    expect((await read("?limit=2")).items).toMatchObject([
      { delivery: second, event: "pull_request", action: "opened", status: "failed", tries: 1 },
      { delivery: first, event: "status", action: null, status: "done", tries: 1, reason: null, replay: false },
    ]);
    expect((await read("?event=status")).items).toMatchObject([{ delivery: first }]);
    expect((await read("?provider=gitlab")).items).toEqual([]);
    const { body, bytes, encoding } = await read(`/github/${first}`);
    expect(JSON.parse(body)).toEqual({ sha: "c1", repository });
    expect({ bytes, encoding }).toEqual({ bytes: body.length, encoding: "identity" });

    const listed = (await gastown("hook", "ls", "--limit", "2")).out;
    expect(listed).toMatch(
      new RegExp(`\\tgithub\\tpull_request\\.opened\\t${second}\\tfailed\\t1\\ta pull_request that is none`),
    );
    expect(listed).toContain(`\tgithub\tstatus\t${first}\tdone\t1\t\n`);
    expect((await json("hook", "ls", "--event", "status")).data.items).toMatchObject([{ delivery: first }]);
    const shown = (await gastown("hook", "show", first)).out;
    expect(shown).toContain(`${first}  github status\n`);
    expect(shown).toContain("status    done after 1 tries\n");
    expect(shown).toContain('"full_name": "acme/app"');

    const { data } = await json("hook", "replay", first);
    expect(data).toMatchObject({ provider: "github", delivery: first, event: "status" });
    await eventually(async () =>
      expect(await read(`/github/${first}`)).toMatchObject({ tries: 2, replay: true, seq: data.seq }),
    );
  });

  test("one that failed can be sent again as a dead letter", async () => {
    const items = await eventually(async () => {
      const { items: found } = await listDeadLetters(gateway.bus, { limit: 1 });
      expect(found).toMatchObject([{ code: "invalid_payload", subject: "hook.github.pull_request" }]);
      return found;
    });
    expect((await gastown("dlq", "retry", String(items[0]?.seq))).code).toBe(0);
    await eventually(async () => {
      const { items: next } = await listDeadLetters(gateway.bus, { limit: 1 });
      expect(next[0]?.seq).toBeGreaterThan(items[0]?.seq ?? 0);
    });
  });

  test("one that is not there is told, with what is known of it", async () => {
    expect(await gateway.call("/v1/hooks/github/never-came")).toMatchObject({
      status: 404,
      body: { code: "not_found", detail: expect.stringContaining("is not in stream HOOK") },
    });
    expect(await gateway.call("/v1/hooks/github/never-came/replay", { method: "POST" })).toMatchObject({ status: 404 });
    expect(await failure("hook", "show", "never-came")).toMatchObject({ exit: 3, code: "not_found" });
    expect(await failure("hook", "show", "x", "--provider", "sourcehut")).toMatchObject({ exit: 2 });
  });

  test("one of a forge that scm does not know is kept as failed, and waits for its configuration", async () => {
    const delivery = randomUUID();
    await publishHook(gateway.bus, {
      provider: "gitlab",
      event: "push",
      delivery,
      action: null,
      receivedAt: new Date(),
      body: Buffer.from("{}"),
      reduce: (raw) => raw,
    });
    await eventually(async () =>
      expect(await read(`/gitlab/${delivery}`)).toMatchObject({
        status: "failed",
        reason: "webhooks of gitlab are not configured",
      }),
    );
  });

  test("pages follow one another", async () => {
    const all = (await read("?limit=200")).items as { seq: number }[];
    const paged: number[] = [];
    for (let after = ""; ;) {
      const page = await read(`?limit=2${after}`);
      paged.push(...page.items.map(({ seq }: { seq: number }) => seq));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(paged).toEqual(all.map(({ seq }) => seq));
    expect(paged.length).toBeGreaterThan(3);
  });
});
