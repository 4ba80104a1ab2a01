import { JetStreamApiError } from "@nats-io/jetstream";
import { describe, expect, test } from "vitest";
import { ensure, type Resource } from "./ensure.ts";
import type { ProvisionReport } from "./provision-report.ts";

type Config = { max_age?: number; storage?: string; allow_msg_ttl?: boolean };

const report = (): ProvisionReport => ({
  serverVersion: "2.9.10",
  sharding: "mapping",
  created: [],
  updated: [],
  unchanged: [],
  dropped: [],
  differs: [],
});
const apiError = (description: string): JetStreamApiError =>
  new JetStreamApiError({ code: 500, err_code: 10052, description });

/** A server that keeps what it knows and answers as it is told. */
function resource(found: Config | null, wanted: Config, answers: Partial<Resource<Config>> = {}) {
  const asked: unknown[] = [];
  const fake: Resource<Config> = {
    name: "EVT",
    wanted,
    find: () => Promise.resolve(found),
    create: () => {
      asked.push("create");
      return Promise.resolve(wanted);
    },
    update: (changes) => {
      asked.push(changes);
      return Promise.resolve({ ...found, ...changes });
    },
    ...answers,
  };
  return { asked, fake };
}

describe("ensure", () => {
  test("makes what is missing", async () => {
    const told = report();
    const { asked, fake } = resource(null, { max_age: 1 });
    await ensure(fake, told);
    expect(asked).toEqual(["create"]);
    expect(told).toMatchObject({ created: ["EVT"], dropped: [] });
  });

  test("tells what a server dropped while making it", async () => {
    const told = report();
    const { fake } = resource(
      null,
      { max_age: 1, allow_msg_ttl: true },
      { create: () => Promise.resolve({ max_age: 1 }) },
    );
    await ensure(fake, told);
    expect(told.dropped).toMatchObject([{ resource: "EVT", setting: "allow_msg_ttl", wanted: true, found: undefined }]);
  });

  test("leaves alone what is as wanted", async () => {
    const told = report();
    const { asked, fake } = resource({ max_age: 1, storage: "file" }, { max_age: 1 });
    await ensure(fake, told);
    expect(asked).toEqual([]);
    expect(told.unchanged).toEqual(["EVT"]);
  });

  test("changes only what differs and can be changed, and tells the rest", async () => {
    const told = report();
    const { asked, fake } = resource({ max_age: 1, storage: "memory" }, { max_age: 2, storage: "file" });
    await ensure(fake, told);
    expect(asked).toEqual([{ max_age: 2 }]);
    expect(told.updated).toEqual(["EVT"]);
    expect(told.differs).toMatchObject([{ resource: "EVT", setting: "storage", wanted: "file", found: "memory" }]);
  });

  test("never makes anew what cannot be changed", async () => {
    const told = report();
    const { asked, fake } = resource({ storage: "memory" }, { storage: "file" });
    await ensure(fake, told);
    expect(asked).toEqual([]);
    expect(told).toMatchObject({ created: [], updated: [], unchanged: ["EVT"], differs: [{ setting: "storage" }] });
  });

  test("an update that changed nothing is told as dropped", async () => {
    const told = report();
    const { fake } = resource({}, { allow_msg_ttl: true }, { update: () => Promise.resolve({}) });
    await ensure(fake, told);
    expect(told).toMatchObject({ updated: [], unchanged: ["EVT"], dropped: [{ setting: "allow_msg_ttl" }] });
  });

  test("a refused update is told with the server's reason", async () => {
    const told = report();
    const { fake } = resource({ max_age: 1 }, { max_age: 2 }, { update: () => Promise.reject(apiError("no")) });
    await ensure(fake, told);
    expect(told.differs).toMatchObject([{ setting: "max_age", advice: "the server refused the change: no" }]);
  });

  test("a stream that cannot be made says what to do", async () => {
    const refused = apiError("insufficient storage resources available");
    const { fake } = resource(null, {}, { create: () => Promise.reject(refused) });
    await expect(ensure(fake, report())).rejects.toThrow(/refused to make EVT: insufficient.*max_file/);
  });
});
