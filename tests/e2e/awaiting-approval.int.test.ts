import * as contracts from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import type { ApiCall } from "@gastown/testkit/github-double";
import { beforeAll, expect, test } from "vitest";
import { useLandings, type Landing } from "./landing-world.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Ten minutes, in a day. */
const tens = day / (10 * minute);

const world = useLandings();

/** How the waits of each of them end, one after the other, and what else its default branch asks for. */
const fates = {
  approved: { ends: ["ready"] },
  "merged-by-person": { ends: ["merged"] },
  closed: { ends: ["closed", "ready"] },
  dismissed: { ends: ["ready", "ready"], rules: { dismissStale: true } },
  overtaken: { ends: ["ready", "ready"], rules: { dismissStale: true } },
  unheard: { ends: ["ready"] },
  undelivered: { ends: ["ready"] },
} as const;
type Story = keyof typeof fates;
const stories = new Map<Story, Landing>();

beforeAll(async () => {
  const begun = performance.now();
  await Promise.all(
    Object.entries(fates).map(async ([name, fate]) =>
      stories.set(name as Story, await world.land(name, "rules" in fate ? fate.rules : {})),
    ),
  );
  await settled();
  print(`${stories.size} convoys of ${stories.size} towns wait for an approval after ${seconds(begun)}`);
}, 120_000);

function story(name: Story): Landing {
  const found = stories.get(name);
  if (found === undefined) throw new Error(`nothing waits in ${name}`);
  return found;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(2)} s`;
const mutations = (calls: readonly ApiCall[]) => calls.filter(({ mutation }) => mutation).map(({ route }) => route);
const merges = (calls: readonly ApiCall[]) =>
  calls.filter(({ route, mutation }) => mutation && /\/merge$|enqueue|automerge/i.test(route));
/** The App's own calls are signed by the machine's clock, which GitHub's is ahead of here: each is sent anew as GitHub tells the time. */
const isGranted = ({ status }: ApiCall) => status !== 401;

/** Nothing is on its way to the town or to the forge. */
async function settled(): Promise<void> {
  await world.double.deliveries.settled();
  await world.clock.pass(0);
}

/** The n-th wait ended between these moments of the simulated clock, and was told with how long it was. */
function expectWaited(landing: Landing, n: number, { from, to }: { from: number; to: number }): number {
  const since = Date.parse(landing.told(contracts.awaitingApprovalDetected)[n - 1]?.since ?? "");
  const waitedMs = landing.told(contracts.awaitingApprovalResolved)[n - 1]?.waitedMs ?? Number.NaN;
  expect(waitedMs).toBeGreaterThanOrEqual(from - since);
  expect(waitedMs).toBeLessThanOrEqual(to - since);
  return waitedMs;
}

function expectEpisodes(landing: Landing, ends: readonly string[]): void {
  expect(landing.told(contracts.awaitingApprovalDetected)).toHaveLength(ends.length);
  expect(landing.told(contracts.awaitingApprovalResolved).map(({ state }) => state)).toEqual(ends);
}

const failures = (landing: Landing) => landing.told(contracts.beadStatusChanged).filter(({ to }) => to === "failed");

test("24 hours of waiting: nothing fails, nobody is sent, nothing is merged, and GitHub is hardly asked", async () => {
  const { double, clock } = world;
  const from = double.requests.length;
  const begun = performance.now();
  const since = clock.now();
  await clock.pass(day);
  expect(clock.now() - since).toBeGreaterThanOrEqual(day);
  for (const landing of stories.values()) {
    const asked = landing.calls(from).filter(isGranted);
    expect(asked.length).toBeGreaterThanOrEqual(24);
    expect(asked.length).toBeLessThanOrEqual(tens);
    expect(mutations(asked)).toEqual([]);
    expect(landing.pull().state).toBe("OPEN");
    expect(await landing.convoy()).toMatchObject({ status: "landing", landings: [{ attempts: 1 }] });
    expect(await landing.request()).toMatchObject({
      status: "open",
      failure: null,
      mergeRequest: { state: "awaiting_approval" },
    });
    expect(failures(landing)).toEqual([]);
    expect(landing.starts()).toBe(1);
    expect(landing.told(contracts.agentDispatched)).toHaveLength(1);
    expect(landing.told(contracts.landingRequested)).toMatchObject([{ attempt: 1 }]);
    expect(landing.told(contracts.respawnSuppressed)).toMatchObject([{ rig: "app", suppressedAttempt: 2 }]);
    expect(landing.told(contracts.awaitingApprovalDetected)).toHaveLength(1);
    expect(landing.told(contracts.awaitingApprovalResolved)).toEqual([]);
  }
  // What was delivered in vain is looked for every ten minutes, for all pull requests together (scm §3.4).
  const asApp = double.requests
    .slice(from)
    .filter((call) => isGranted(call) && call.installation === null && !call.route.includes("access_tokens"));
  expect(asApp.length).toBeLessThanOrEqual(tens + 2 * stories.size + 4);
  const rates = [...stories.values()].map((landing) =>
    (landing.calls(from).filter(isGranted).length / tens).toFixed(2),
  );
  print(`24 simulated hours in ${seconds(begun)}`);
  print(
    `requests in ten minutes: ${rates.join(", ")} for each pull request, ${(asApp.length / tens).toFixed(2)} of the App`,
  );
}, 240_000);

test("the approval comes by webhook: merged at once, and the convoy has landed", async () => {
  const landing = story("approved");
  const from = world.double.requests.length;
  const at = world.clock.now();
  const begun = performance.now();
  await landing.approve("ann");
  await eventually(() => landing.pull().state === "MERGED", { timeoutMs: 30_000 });
  print(`approved, and merged ${seconds(begun)} later`);
  await landing.untilLanded();
  print(`approved, and the convoy had landed ${seconds(begun)} later`);
  expect(merges(landing.calls(from)).map(({ status }) => status)).toEqual([200]);
  expect(landing.pull().mergedBy).toBe(`${world.double.app.slug}[bot]`);
  await landing.untilResolved(1);
  expectEpisodes(landing, ["ready"]);
  expect(expectWaited(landing, 1, { from: at, to: world.clock.now() })).toBeGreaterThanOrEqual(day);
  await eventually(() => landing.told(contracts.convoyLanded).length === 1);
  const { awaitingApprovalDetected, awaitingApprovalResolved, mergeRequested, convoyLanded } = contracts;
  expect(
    landing.order(awaitingApprovalDetected, awaitingApprovalResolved, mergeRequested, convoyLanded).slice(-4),
  ).toEqual([awaitingApprovalDetected, awaitingApprovalResolved, mergeRequested, convoyLanded].map(({ type }) => type));
  expect(failures(landing)).toEqual([]);
});

test("a person merges it: noticed by webhook, and we ask for no merge", async () => {
  const landing = story("merged-by-person");
  const from = world.double.requests.length;
  const at = world.clock.now();
  const request = await landing.request();
  await world.double.world.merging.force(landing.pull(), { by: "bob" });
  await landing.untilLanded();
  await landing.untilResolved(1);
  expectEpisodes(landing, ["merged"]);
  expectWaited(landing, 1, { from: at, to: world.clock.now() });
  expect(merges(landing.calls(from))).toEqual([]);
  expect(await landing.request()).toMatchObject({ bead: request.bead, status: "closed", failure: null });
  expect(failures(landing)).toEqual([]);
  expect(landing.starts()).toBe(1);
});

test("a person closes it: it ends as abandoned, and the landing is tried again after its cooldown, as a new wait", async () => {
  const landing = story("closed");
  const from = world.double.requests.length;
  const at = world.clock.now();
  const first = landing.pull();
  world.double.world.pulls.close(first, "ann");
  await landing.untilResolved(1);
  expectEpisodes(landing, ["closed"]);
  expectWaited(landing, 1, { from: at, to: world.clock.now() });
  await settled();
  expect(landing.pull()).toBe(first);
  await world.clock.pass(2 * minute);
  await landing.untilAwaited(2);
  expect(landing.pull().number).not.toBe(first.number);
  expect(failures(landing)).toHaveLength(1);
  // Told in the town's next look, after the wait itself.
  await eventually(() => landing.told(contracts.respawnSuppressed).length === 2);
  expect(landing.told(contracts.respawnSuppressed).map(({ suppressedAttempt }) => suppressedAttempt)).toEqual([2, 3]);
  await world.clock.pass(hour);
  expect(merges(landing.calls(from))).toEqual([]);
  await landing.approve("ann");
  await landing.untilLanded();
  await landing.untilResolved(2);
  expectEpisodes(landing, ["closed", "ready"]);
  expect(landing.starts()).toBe(1);
});

test("a push takes the approval away: a new wait begins, and only what was approved at last is merged", async () => {
  const landing = story("dismissed");
  await landing.setPolicy({ autoMergeDelayMs: 10 * minute });
  const from = world.double.requests.length;
  const at = world.clock.now();
  await landing.approve("ann");
  await landing.untilResolved(1);
  expectWaited(landing, 1, { from: at, to: world.clock.now() });
  await world.clock.pass(5 * minute);
  const head = await landing.push("bob");
  await landing.untilAwaited(2);
  await world.clock.pass(3 * hour);
  expect(merges(landing.calls(from))).toEqual([]);
  const again = world.clock.now();
  await landing.approve("ann");
  await landing.untilResolved(2);
  expect(expectWaited(landing, 2, { from: again, to: world.clock.now() })).toBeLessThan(4 * hour);
  await settled();
  await world.clock.pass(10 * minute);
  await landing.untilLanded();
  expectEpisodes(landing, ["ready", "ready"]);
  expect(merges(landing.calls(from)).map(({ status, key }) => [status, key.includes(head)])).toEqual([[200, true]]);
  expect(failures(landing)).toEqual([]);
  expect(landing.starts()).toBe(1);
});

test("a push comes between our reading and our merge: refused once, not tried again, and merged when it is approved again", async () => {
  const { double, clock } = world;
  const landing = story("overtaken");
  const from = double.requests.length;
  let head = "";
  double.faults.beforeMerge = async () => {
    double.faults.beforeMerge = null;
    head = await landing.push("bob");
  };
  await landing.approve("ann");
  await landing.untilAwaited(2);
  await settled();
  await clock.pass(3 * hour);
  expect(merges(landing.calls(from)).map(({ status }) => status)).toEqual([409]);
  await landing.approve("ann");
  await landing.untilLanded();
  expect(merges(landing.calls(from)).map(({ status, key }) => [status, key.includes(head)])).toEqual([
    [409, false],
    [200, true],
  ]);
  await landing.untilResolved(2);
  expectEpisodes(landing, ["ready", "ready"]);
  expect(failures(landing)).toEqual([]);
  expect(landing.starts()).toBe(1);
});

test("GitHub never sends the webhook: the sweep finds the approval within the hour", async () => {
  const { double, clock } = world;
  const landing = story("unheard");
  const from = double.requests.length;
  const { url } = double.deliveries;
  await settled();
  double.deliveries.url = null;
  const at = clock.now();
  await landing.approve("ann");
  double.deliveries.url = url;
  await clock.pass(61 * minute);
  await landing.untilLanded();
  await landing.untilResolved(1);
  expectEpisodes(landing, ["ready"]);
  expectWaited(landing, 1, { from: at, to: clock.now() });
  expect(merges(landing.calls(from)).map(({ status }) => status)).toEqual([200]);
});

test("GitHub could not deliver the webhook: it is asked for again within ten minutes", async () => {
  const { double, clock } = world;
  const landing = story("undelivered");
  const from = double.requests.length;
  await settled();
  const at = clock.now();
  double.deliveries.faults.lossRate = 1;
  await landing.approve("ann");
  double.deliveries.faults.lossRate = 0;
  await clock.pass(11 * minute);
  await landing.untilLanded();
  await landing.untilResolved(1);
  expectEpisodes(landing, ["ready"]);
  expectWaited(landing, 1, { from: at, to: clock.now() });
  expect(merges(landing.calls(from)).map(({ status }) => status)).toEqual([200]);
});

test("an hour later no wait was told twice, and nothing that changes anything was sent twice", async () => {
  const { double, clock } = world;
  await settled();
  await clock.pass(hour);
  for (const [name, landing] of stories) {
    expect(landing.pull().state).toBe("MERGED");
    expectEpisodes(landing, fates[name].ends);
    await eventually(() => {
      expect(landing.told(contracts.respawnSuppressed)).toHaveLength(fates[name].ends.length);
      expect(landing.told(contracts.convoyLanded)).toHaveLength(1);
    });
    expect(landing.starts()).toBe(1);
  }
  const keys = double.requests.filter((call) => call.mutation && isGranted(call)).map(({ key }) => key);
  // The landing that a person closed is proposed again, in the same words.
  const [again = "", ...others] = keys.filter((key, index) => keys.indexOf(key) !== index);
  expect(again).toMatch(/^POST \/repos\/closed\/app\/pulls\?/);
  expect(others).toEqual([]);
});
