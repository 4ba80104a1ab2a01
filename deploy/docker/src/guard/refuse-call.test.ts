import { containerOptions, volumeLabels, volumeName, withDockerDefaults } from "@gastown/dispatcher/docker";
import { describe, expect, test } from "vitest";
import { refuseCall, type EngineCall } from "./refuse-call.ts";

const settings = { ...withDockerDefaults({ gate: "gate" }), installation: "acme" };
const river = { name: "river-1", town: "river", generation: 1 };
const filters = encodeURIComponent('{"label":["gastown.installation=acme"]}');

function refused(method: string, url: string, body: unknown = null): string | null {
  const { pathname: path, searchParams: query } = new URL(url, "http://engine");
  const call: EngineCall = { method, path, query, body: body === null ? null : JSON.parse(JSON.stringify(body)) };
  return refuseCall(call, settings);
}
const ours = containerOptions(river, settings);
const create = (over: object = {}, name = "gastown_acme_river-1") =>
  refused("POST", `/containers/create?name=${name}`, { ...containerOptions(river, settings), ...over });
const host = (over: object) => create({ HostConfig: { ...containerOptions(river, settings).HostConfig, ...over } });

test.each([
  ["GET", "/_ping"],
  ["GET", "/v1.41/_ping"],
  ["GET", "/images/gastown-agent/json"],
  ["GET", `/containers/json?all=true&filters=${filters}`],
  ["GET", `/events?filters=${filters}`],
  ["GET", "/containers/gastown_acme_river-1/json"],
  ["GET", "/containers/gastown_acme_river-1/logs?stderr=true&tail=5"],
  ["POST", "/containers/gastown_acme_river-1/attach?stream=1&stdin=1"],
  ["POST", "/containers/gastown_acme_river-1/start"],
  ["POST", "/containers/gastown_acme_river-1/stop?t=10"],
  ["POST", "/containers/gastown_acme_river-1/kill?signal=SIGKILL"],
  ["POST", "/containers/gastown_acme_river-1/wait"],
  ["DELETE", "/containers/gastown_acme_river-1?force=true"],
  ["DELETE", "/volumes/gastown_acme_river"],
])("the dispatcher may %s %s", (method, url) => {
  expect(refused(method, url)).toBeNull();
});

test("the dispatcher may make a container as the settings say, and a town's volume", () => {
  expect(create()).toBeNull();
  const volume = { Name: volumeName("acme", "river"), Labels: volumeLabels("acme", "river") };
  expect(refused("POST", "/volumes/create", volume)).toBeNull();
});

describe("nobody may", () => {
  test.each([
    ["GET", "/info"],
    ["GET", "/containers/json?all=true"],
    ["GET", "/containers/json?filters=%7B"],
    ["GET", `/containers/json?filters=${encodeURIComponent('{"label":["gastown.installation=other"]}')}`],
    ["GET", "/events"],
    ["GET", "/containers/gastown_other_river-1/json"],
    ["GET", "/containers/0123456789abcdef/json"],
    ["GET", "/images/postgres/json"],
    ["POST", "/containers/gastown_acme_river-1/exec"],
    ["POST", "/containers/gastown_acme_river-1/update"],
    ["POST", "/containers/gastown_acme_river-1%2F..%2F..%2Fother/start"],
    ["PUT", "/containers/gastown_acme_river-1/archive?path=/"],
    ["DELETE", "/containers/gastown_acme-2_river-1"],
    ["DELETE", "/volumes/postgres-data"],
    ["POST", "/build"],
    ["POST", "/images/create?fromImage=x"],
    ["POST", "/networks/create"],
    ["POST", "/exec/1/start"],
  ])("%s %s", (method, url) => {
    expect(refused(method, url)).toEqual(expect.any(String));
  });

  test.each([
    ["that is privileged", () => host({ Privileged: true })],
    ["that mounts the machine", () => host({ Binds: ["/:/host"] })],
    ["with another mount", () => host({ Mounts: [{ Type: "bind", Source: "/", Target: "/host" }] })],
    ["on the machine's network", () => host({ NetworkMode: "host" })],
    ["with a capability", () => host({ CapAdd: ["SYS_ADMIN"] })],
    ["with one more than ours", () => host({ CapAdd: [...(ours.HostConfig?.CapAdd ?? []), "DAC_OVERRIDE"] })],
    ["that keeps all of Docker's", () => host({ CapDrop: [] })],
    ["that may get new privileges", () => host({ SecurityOpt: [] })],
    ["without its limit", () => host({ Memory: 0 })],
    ["of another image", () => create({ Image: "postgres" })],
    ["with another program", () => create({ Cmd: ["/bin/sh"] })],
    ["that begins as somebody else", () => create({ User: "1000:1000" })],
    ["that begins with another entry", () => create({ Entrypoint: ["/bin/bash"] })],
    ["that calls itself another's", () => create({}, "gastown_other_river-1")],
    ["without labels", () => create({ Labels: {} })],
    [
      "of another installation",
      () => create({ Labels: { ...containerOptions(river, settings).Labels, "gastown.installation": "x" } }),
    ],
  ])("make a container %s", (_, make) => {
    expect(make()).toEqual(expect.any(String));
  });

  test.each([
    [{ Name: "postgres-data" }],
    [{ Name: volumeName("acme", "river"), Labels: volumeLabels("acme", "river"), DriverOpts: { device: "/" } }],
    [{ Name: volumeName("acme", "river"), Labels: volumeLabels("acme", "lake") }],
    [null],
  ])("make the volume %j", (volume) => {
    expect(refused("POST", "/volumes/create", volume)).toEqual(expect.any(String));
  });
});
