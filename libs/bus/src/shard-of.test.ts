import { expect, test } from "vitest";
import { shardOf } from "./shard-of.ts";

test("t1 of 32 is 22, on every server that was tried (nats §3.7)", () => expect(shardOf("t1", 32)).toBe(22));
