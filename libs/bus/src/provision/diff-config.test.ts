import { expect, test } from "vitest";
import { streams } from "../topology.ts";
import { diffConfig, isMutable } from "./diff-config.ts";
import { consumerConfig, streamConfig } from "./stream-config.ts";

test("what is as wanted is no difference, nor what is not wanted at all", () => {
  const [spec] = streams;
  if (spec === undefined) return;
  const wanted = streamConfig(spec, "transform");
  expect(diffConfig(wanted, { ...wanted, num_replicas: 1, metadata: { server: "2.15.1" } })).toEqual([]);
});

test.each([
  ["a default that a server leaves out", { allow_direct: false, max_msgs: -1, description: "" }, {}, []],
  ["a setting that was dropped", { allow_msg_ttl: true }, {}, ["allow_msg_ttl"]],
  ["another number", { max_age: 5 }, { max_age: 6 }, ["max_age"]],
  ["another list", { subjects: ["a", "b"] }, { subjects: ["a"] }, ["subjects"]],
  [
    "another object",
    { subject_transform: { src: "a", dest: "b" } },
    { subject_transform: { src: "a", dest: "c" } },
    ["subject_transform"],
  ],
])("%s", (...[, wanted, found, expected]) => {
  expect(diffConfig(wanted, found).map(({ setting }) => setting)).toEqual(expected);
});

test.each(["storage", "retention", "deliver_policy", "ack_policy", "opt_start_seq"])(
  "%s cannot be changed",
  (setting) => {
    expect(isMutable({ setting, wanted: 1, found: 2 })).toBe(false);
  },
);

test("below 2.10 the mapped subjects are stored and no transform is asked for, from 2.10 on the other way round", () => {
  const spec = streams.find(({ name }) => name === "CMD_TOWN");
  if (spec === undefined) throw new Error("no CMD_TOWN");
  expect(streamConfig(spec, "mapping")).toMatchObject({ subjects: ["cmd.town.*.*.*.*"] });
  expect(streamConfig(spec, "mapping")).not.toHaveProperty("subject_transform");
  expect(streamConfig(spec, "transform")).toMatchObject({
    subjects: ["cmd.town.*.*.*"],
    subject_transform: {
      src: "cmd.town.*.*.*",
      dest: "cmd.town.{{wildcard(1)}}.{{wildcard(2)}}.{{wildcard(3)}}.{{partition(32,1)}}",
    },
  });
});

test("every command stream has a consumer for each shard that takes one message at a time", () => {
  const shards = streams.flatMap(({ sharding, consumers }) => (sharding === undefined ? [] : [consumers]));
  expect(shards.map((consumers) => consumers.length)).toEqual([32, 8, 8]);
  for (const spec of shards.flat()) {
    expect(consumerConfig(spec)).toMatchObject({ max_ack_pending: 1, max_deliver: 8, ack_policy: "explicit" });
  }
  expect(shards[0]?.at(-1)).toMatchObject({ name: "town-31", filter: "cmd.town.*.*.*.31" });
});
