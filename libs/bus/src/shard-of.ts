/** The shard the server puts a town into: FNV-1a of the town id, as its `partition()` counts (`t1` of 32 is 22, nats §3.7). */
export function shardOf(town: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(town)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % shards;
}
