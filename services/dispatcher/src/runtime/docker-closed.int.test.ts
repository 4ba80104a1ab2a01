import { readFile } from "node:fs/promises";
import { describeOnDocker, eventually, findDockerEngine } from "@gastown/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ContainerRuntime } from "./container-runtime.ts";
import type { DockerSettings } from "./docker/docker-settings.ts";
import { agentImage, makeTestImage, openDockerWorld, type DockerWorld } from "./test/docker-world.ts";

const patiently = { timeoutMs: 40_000 };

describeOnDocker("a container on Docker", await findDockerEngine([agentImage]), (host) => {
  let world: DockerWorld;
  beforeAll(() => makeTestImage(host));

  /** What a script in a container of the town writes. */
  async function said(script: string): Promise<string[]> {
    await runtime.start({ name: "river-1", town: "river", generation: 1, config: JSON.stringify({ script }) });
    await eventually(async () => expect(await world.told("river")).toContain("started"), patiently);
    return (await world.told("river")).slice(0, -1);
  }
  let runtime: ContainerRuntime;
  async function open(over: Partial<DockerSettings> = {}): Promise<void> {
    world = await openDockerWorld(host, over);
    runtime = await world.open();
  }

  describe("is closed", () => {
    let lines: string[];
    const find = (name: string): string =>
      lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? "";
    beforeAll(async () => {
      await open();
      // Each line is a question with its answer; one container answers them all.
      const script = [
        'say() { echo "$1:$(eval "$2" 2>&1 | tr "\\n" " ")"; }',
        'say user "id -u; id -g"',
        'say init "cat /proc/1/comm"',
        'say capabilities "grep ^Cap /proc/self/status"',
        'say agent "setpriv --reuid=20000 --regid=20000 --clear-groups --inh-caps=-all --ambient-caps=-all grep ^Cap /proc/self/status"',
        'say more "setpriv --inh-caps=+dac_override true && echo got; setpriv --reuid=0 --regid=0 --clear-groups touch /app/x"',
        'say privileges "grep NoNewPrivs /proc/self/status"',
        'say root "touch /etc/x /app/x /usr/x /run/x /home/x"',
        'say own "touch /var/lib/gastown/x && echo written"',
        'say tmp "cp /bin/true /tmp/true && /tmp/true && echo runs; head -c 64M /dev/zero >/tmp/big"',
        'say network "ls /sys/class/net; exec 3<>/dev/tcp/1.1.1.1/80"',
        'say neighbours "exec 3<>/dev/tcp/172.17.0.1/22"',
        'say environment "cat /proc/$PPID/environ | tr \\"\\\\0\\" \\" \\""',
        'say memory "head -c 1 /proc/$PPID/mem; ls /proc/$PPID/fd; cat /proc/$PPID/maps"',
        'say program "cat /usr/local/lib/gastown/gastown-host | head -c 4"',
        'say node "node --version"',
        // Orphans whose parent has ended: when the init has seen each of them end, there is no such process, not even a dead one.
        "perl -e 'for (1..100) { if (!fork) { if (!fork) { sleep 1; exit } exit } }'",
        "for turn in $(seq 200); do pgrep perl >/dev/null || break; sleep 0.1; done",
        'say orphans "pgrep -c perl"',
      ];
      lines = await said(script.join("\n"));
    });
    afterAll(async () => {
      await runtime.close();
      await world.close();
    });

    test.each([
      ["user", /^1000 1000 $/],
      ["init", /^(docker-init|tini) $/],
      // The host has chown, kill, setgid and setuid, and can get nothing besides; an agent has nothing at all.
      ["capabilities", /^CapInh:\s0+e1 CapPrm:\s0+e1 CapEff:\s0+e1 CapBnd:\s0+ CapAmb:\s0+e1 $/],
      ["agent", /^CapInh:\s0+ CapPrm:\s0+ CapEff:\s0+ CapBnd:\s0+ CapAmb:\s0+ $/],
      ["more", /^setpriv: .*(?<!got) touch: cannot touch '\/app\/x': Read-only file system $/],
      ["privileges", /NoNewPrivs:\s+1/],
      ["root", /^(?:touch: cannot touch '[^']+': Read-only file system ){5}$/],
      ["own", /^written $/],
      ["tmp", /^runs .*No space left on device/],
      ["network", /^lo .*Network is unreachable/],
      ["neighbours", /Network is unreachable/],
      ["environment", /Permission denied/],
      ["memory", /mem.*Permission denied.*fd.*Permission denied.*maps.*Permission denied/],
      ["program", /Permission denied/],
      ["node", /^v24\./],
      ["orphans", /^0\s*$/],
    ])("%s", (name, expected) => {
      expect(find(name)).toMatch(expected);
    });

    test("what it is told is seen by nobody: not in what the engine knows, its arguments, environment or log", async () => {
      const config = JSON.stringify({ password: "correct-horse" });
      await runtime.start({ name: "lake-1", town: "lake", generation: 1, config });
      await eventually(async () => expect(await world.told("lake")).toEqual(["started"]), patiently);
      const info = await world.container("lake-1").inspect();
      const files = ["environ", "cmdline"].map((file) => readFile(`/proc/${info.State.Pid}/${file}`, "utf8"));
      const known = [JSON.stringify(info), ...(await Promise.all(files)), ...(await runtime.logs("lake-1", 100))];
      expect(known.join("\n")).not.toContain("correct-horse");
    });
  });

  describe("has limits", () => {
    afterEach(async () => {
      await runtime.close();
      await world.close();
    });

    test("one that takes too much memory ends, and is told as such", async () => {
      await open({ memoryMb: 128 });
      await runtime.start({ name: "river-1", town: "river", generation: 1, config: JSON.stringify({ hungry: true }) });
      const ended = await eventually(async () => (await runtime.list()).find(({ alive }) => !alive) ?? null, patiently);
      expect(ended).toMatchObject({ exit: { code: 137, outOfMemory: true } });
      expect(ended.ended).toContain("out of memory");
    });

    test("processes end at the number that there may be", async () => {
      await open({ pids: 60 });
      const fork =
        "for (1..200) { my $p = fork; last if !defined $p; if (!$p) { close STDOUT; close STDERR; sleep 60; exit } $n++ }";
      const [line = ""] = await said(`perl -e '${fork} print "forked $n\\n"'`);
      const forked = Number(line.replace("forked ", ""));
      expect(forked).toBeGreaterThan(5);
      expect(forked).toBeLessThan(60);
    });

    test("one that computes all the time is held back", async () => {
      await open({ cpus: 0.2 });
      await runtime.start({
        name: "river-1",
        town: "river",
        generation: 1,
        config: JSON.stringify({ script: "while :; do :; done" }),
      });
      await eventually(async () => {
        const { cpu_stats } = await world.container("river-1").stats({ stream: false });
        expect(cpu_stats.throttling_data.throttled_periods).toBeGreaterThan(3);
      }, patiently);
    });
  });

  describe("the engine", () => {
    beforeEach(() => open());
    afterEach(async () => {
      await runtime.close();
      await world.close();
    });

    test("one that is not there, or has not got the image, is said at once", async () => {
      await expect(world.open(undefined, { engine: "unix:///nowhere/docker.sock" })).rejects.toThrow(
        /No Docker engine answers at unix:\/\/\/nowhere\/docker\.sock\. Start it/,
      );
      await expect(world.open(undefined, { image: "gastown-nothing" })).rejects.toThrow(
        /has no image gastown-nothing\. Make it with/,
      );
    });

    test("a start that the engine refuses leaves nothing, and can be made again", async () => {
      const wrong = await world.open(undefined, {
        program: "/app/test/small-container.ts",
        network: "no-such-network",
      });
      const river = { name: "river-1", town: "river", generation: 1, config: "{}" };
      await expect(wrong.start(river)).rejects.toThrow(/no-such-network/);
      expect(await runtime.list()).toEqual([]);
      await runtime.start(river);
      expect(await runtime.list()).toMatchObject([{ name: "river-1", alive: true }]);
      await wrong.close();
    });

    test("a container whose dispatcher died before it was started is seen, and can be cleaned up", async () => {
      const { containerOptions } = await import("./docker/container-options.ts");
      const { installation, settings } = world;
      await world.docker.createContainer(
        containerOptions({ name: "river-1", town: "river", generation: 1 }, { ...settings, installation }),
      );
      expect(await runtime.list()).toMatchObject([{ name: "river-1" }]);
      await runtime.stop("river-1", { graceMs: 5_000 });
      expect(await runtime.list()).toEqual([]);
      await runtime.forget("river");
    });
  });
});
