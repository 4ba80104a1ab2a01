import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { describeOnDocker, eventually, findDockerEngine } from "@gastown/testkit";
import { beforeAll, expect, test } from "vitest";
import { engineAddress } from "./docker/engine.ts";
import { agentImage, makeTestImage, openDockerWorld } from "./test/docker-world.ts";

const patiently = { timeoutMs: 40_000 };

/** A way to the engine that can be cut. */
async function openWay(host: string, path: string) {
  const sockets = new Set<net.Socket>();
  const address = engineAddress(host);
  const place = "socketPath" in address ? { path: address.socketPath } : address;
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const upstream = net.connect({ ...place, allowHalfOpen: true });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on("error", () => one.destroy()).on("close", () => sockets.delete(one));
    }
    socket.pipe(upstream).pipe(socket);
  });
  const open = async (): Promise<void> => {
    server.listen(path);
    await once(server, "listening");
  };
  await open();
  return {
    open,
    async cut() {
      const closed = once(server.close(), "close");
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

describeOnDocker("ends of containers on Docker", await findDockerEngine([agentImage]), (host) => {
  beforeAll(() => makeTestImage(host));

  test("an end while the engine could not be heard is told when it can be heard again", async () => {
    const world = await openDockerWorld(host);
    const path = join(world.stateDir, "way.sock");
    const way = await openWay(host, path);
    const ended: string[] = [];
    const runtime = await world.open((town) => ended.push(town), { engine: `unix://${path}` });
    await runtime.start({ name: "river-1", town: "river", generation: 1, config: "{}" });
    await eventually(async () => expect(await world.told("river")).toEqual(["started"]), patiently);
    expect(await runtime.list()).toMatchObject([{ watched: true }]);

    await way.cut();
    await world.container("river-1").kill();
    await expect(runtime.list()).rejects.toThrow(/ENOENT|ECONNREFUSED|socket hang up/);
    expect(ended).toEqual([]);
    await way.open();
    await eventually(() => expect(ended).toEqual(["river"]), patiently);
    expect(await runtime.list()).toMatchObject([{ alive: false, watched: true }]);

    await runtime.kill("river-1");
    await runtime.start({ name: "river-2", town: "river", generation: 2, config: `{"exit":0}` });
    await eventually(() => expect(ended).toEqual(["river", "river"]), patiently);
    await runtime.close();
    await way.cut();
    await world.close();
  });
});
