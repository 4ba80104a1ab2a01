import { eventually } from "@gastown/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ContainerRuntime, ContainerSpec, RuntimeContainer } from "./container-runtime.ts";

/** What an implementation brings along to be tested: `test/small-container.ts` as the program of its containers. */
export interface RuntimeHarness {
  /** Whether a container holds all that was started in it: agents end with its program, and the runtime sees whether it reacts. */
  readonly holds: boolean;
  /** A runtime object; each call is like a restart of the dispatcher: nothing is remembered, the state is the same. */
  open(onEnded: (town: string) => void): Promise<ContainerRuntime>;
  /** A runtime object of another installation on the same machine, or engine. */
  openOther(): Promise<ContainerRuntime>;
  /** Kills the container's program without asking, and nothing else of it. */
  crash(container: RuntimeContainer): Promise<void>;
  /** The lines that containers of the town wrote to `told.txt`. */
  told(town: string): Promise<string[]>;
  /** How many agents of the town's containers live. */
  agentsAlive(town: string): Promise<number>;
  /** Nothing is left on the machine. */
  close(): Promise<void>;
}

/** A container starts in a moment, more of them on a machine that is busy with others. */
const patiently = { timeoutMs: 40_000 };

/** What holds for every container runtime. */
export function describeContainerRuntime(kind: string, makeHarness: () => Promise<RuntimeHarness>): void {
  describe(`container runtime ${kind}`, () => {
    let harness: RuntimeHarness;
    let runtime: ContainerRuntime;
    let ended: string[];

    beforeEach(async () => {
      harness = await makeHarness();
      ended = [];
      runtime = await harness.open((town) => ended.push(town));
    });
    afterEach(async () => {
      await runtime.close();
      await harness.close();
    });

    async function started(container: ContainerSpec): Promise<RuntimeContainer> {
      await runtime.start(container);
      await eventually(async () => expect(await harness.told(container.town)).toContain("started"), patiently);
      const found = (await runtime.list(container.town)).find(({ name }) => name === container.name);
      if (found === undefined) throw new Error(`${container.name} was started and is not listed`);
      return found;
    }

    test("a started container is listed with what it was started from", async () => {
      expect(runtime.kind).toBe(kind);
      expect(await runtime.list()).toEqual([]);
      const before = Date.now();
      const container = await started(spec("river", 1));
      expect(container).toMatchObject({ name: "river-1", town: "river", generation: 1, alive: true, watched: true });
      expect(container).toMatchObject({ ended: null, exit: null });
      expect(container.startedAt.getTime()).toBeGreaterThanOrEqual(before - 1_000);
      expect(await harness.agentsAlive("river")).toBe(1);
    });

    test("only the containers of the town that was asked for are listed", async () => {
      await started(spec("river", 1));
      await started(spec("river-1", 2));
      expect((await runtime.list("river")).map(({ name }) => name)).toEqual(["river-1"]);
      expect((await runtime.list()).map(({ name }) => name).toSorted()).toEqual(["river-1", "river-1-2"]);
    });

    test("the same start twice, also at the same time and from two dispatchers, is one container", async () => {
      const other = await harness.open(() => {});
      await Promise.all([
        runtime.start(spec("river", 1)),
        runtime.start(spec("river", 1)),
        other.start(spec("river", 1)),
      ]);
      const [container] = await other.list("river");
      await started(spec("river", 1));
      expect(await runtime.list("river")).toMatchObject([{ startedAt: container?.startedAt, alive: true }]);
      expect(await harness.told("river")).toEqual(["started"]);
      await other.close();
    });

    test("after a restart of the dispatcher the container is found, and can be stopped", async () => {
      const container = await started(spec("river", 1));
      await runtime.close();
      runtime = await harness.open((town) => ended.push(town));
      // A runtime may watch what another one started, and may know by now whether it reacts.
      const listed = await runtime.list();
      expect(listed).toMatchObject([
        { ...container, watched: expect.any(Boolean), healthy: listed[0]?.healthy ?? null },
      ]);
      await runtime.stop("river-1", { graceMs: 30_000 });
      expect(await harness.told("river")).toEqual(["started", "asked to end", "saved"]);
      expect(await runtime.list()).toEqual([]);
    });

    test("a container that is stopped has the time to save its work, and leaves nothing", async () => {
      await started(spec("river", 1));
      await runtime.stop("river-1", { graceMs: 30_000 });
      expect(await harness.told("river")).toEqual(["started", "asked to end", "saved"]);
      expect(await harness.agentsAlive("river")).toBe(0);
      expect(await runtime.list()).toEqual([]);
    });

    test("a container that does not end when asked is killed after its time", async () => {
      await started(spec("river", 1, { stubborn: true }));
      await runtime.stop("river-1", { graceMs: 1_000 });
      expect(await harness.told("river")).toEqual(["started", "asked to end"]);
      expect(await harness.agentsAlive("river")).toBe(0);
      expect(await runtime.list()).toEqual([]);
    });

    test("a container that was killed wakes the dispatcher; what it left behind is there until it is killed", async () => {
      const container = await started(spec("river", 1));
      await harness.crash(container);
      await eventually(() => expect(ended).toEqual(["river"]), patiently);
      const [dead] = await runtime.list();
      expect(dead).toMatchObject({ name: "river-1", alive: false, exit: { code: 137, outOfMemory: false } });
      expect(dead?.ended).toContain("SIGKILL");
      expect(await harness.agentsAlive("river")).toBe(harness.holds ? 0 : 1);
      await runtime.kill("river-1");
      expect(await harness.agentsAlive("river")).toBe(0);
      expect(await runtime.list()).toEqual([]);
    });

    test("a container that died while no dispatcher was there is listed as dead, and can be cleaned up", async () => {
      const container = await started(spec("river", 1));
      await runtime.close();
      await harness.crash(container);
      runtime = await harness.open((town) => ended.push(town));
      await eventually(async () => expect(await runtime.list()).toMatchObject([{ alive: false }]), patiently);
      await runtime.kill("river-1");
      expect(await harness.agentsAlive("river")).toBe(0);
      expect(ended).toEqual([]);
    });

    test("a container that ended is not started again under its name", async () => {
      await runtime.start(spec("river", 1, { exit: 3 }));
      await eventually(() => expect(ended).toEqual(["river"]), patiently);
      await runtime.start(spec("river", 1));
      expect(await runtime.list()).toMatchObject([
        { alive: false, ended: expect.stringContaining("3") as string, exit: { code: 3, outOfMemory: false } },
      ]);
    });

    test("what another installation runs on the same machine is neither seen nor touched, though it is called the same", async () => {
      const other = await harness.openOther();
      await started(spec("river", 1));
      await other.start(spec("river", 1));
      expect(await other.list()).toMatchObject([{ name: "river-1", alive: true }]);
      await other.kill("river-1");
      await other.forget("river");
      expect(await other.list()).toEqual([]);
      expect(await runtime.list()).toMatchObject([{ name: "river-1", alive: true }]);
      expect(await harness.told("river")).toEqual(["started"]);
      await other.close();
    });

    test("the files of a town are there for its next container", async () => {
      await started(spec("river", 1));
      await runtime.kill("river-1");
      await runtime.start(spec("river", 2));
      await eventually(async () => expect(await harness.told("river")).toEqual(["started", "started"]), patiently);
    });

    test("a container says whether it reacts, where somebody looks", async () => {
      await started(spec("river", 1));
      const expected = harness.holds ? true : null;
      await eventually(async () => expect(await runtime.list()).toMatchObject([{ healthy: expected }]), patiently);
    });

    test("cleaning up an old container leaves the agents of the new one alone", async () => {
      const old = await started(spec("river", 1));
      await harness.crash(old);
      await eventually(() => expect(ended).toEqual(["river"]), patiently);
      await runtime.start(spec("river", 2));
      await eventually(async () => expect(await harness.told("river")).toEqual(["started", "started"]), patiently);
      await runtime.kill("river-1");
      expect(await harness.agentsAlive("river")).toBe(1);
      expect((await runtime.list()).map(({ name }) => name)).toEqual(["river-2"]);
    });

    test("its last words can be read, also after it ended", async () => {
      await started(spec("river", 1));
      expect(await runtime.logs("river-1", 1)).toEqual(["last line"]);
      await runtime.kill("river-1");
      expect(await runtime.logs("river-1", 5)).toEqual(["first line", "last line"]);
      expect(await runtime.logs("river-2", 5)).toEqual([]);
    });

    test("of a town that is forgotten nothing is left, and of others all", async () => {
      await started(spec("river", 1));
      await started(spec("river-1", 2));
      await runtime.kill("river-1");
      await runtime.forget("river");
      expect(await harness.told("river")).toEqual([]);
      expect(await runtime.logs("river-1", 5)).toEqual([]);
      expect(await harness.told("river-1")).toEqual(["started"]);
      expect(await runtime.logs("river-1-2", 1)).toEqual(["last line"]);
      await runtime.forget("river");
      await runtime.forget("nowhere");
    });

    test("what is unknown is stopped and killed already", async () => {
      await runtime.stop("river-9", { graceMs: 1_000 });
      await runtime.kill("river-9");
      expect(await runtime.list()).toEqual([]);
    });
  });
}

function spec(town: string, generation: number, config: object = {}): ContainerSpec {
  return { name: `${town}-${generation}`, town, generation, config: JSON.stringify(config) };
}
