import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readCgiHead } from "./cgi-head.ts";

const streamOf = (...chunks: string[]) =>
  Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );

test.each([
  ["one piece", ["Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nbody"]],
  ["many pieces", ["Sta", "tus: 404 Not Found\r\nContent-Type: text", "/plain\r\n\r", "\nbo", "dy"]],
  ["bare line ends", ["Status: 404\nContent-Type: text/plain\n\nbody"]],
])("reads the header and leaves the body, in %s", async (_name, chunks) => {
  const stream = streamOf(...chunks);
  expect(await readCgiHead(stream)).toEqual({ status: 404, headers: [["Content-Type", "text/plain"]] });
  expect(await text(stream)).toBe("body");
});

test("without a status it is 200", async () => {
  expect(await readCgiHead(streamOf("Content-Type: x\r\n\r\n"))).toEqual({
    status: 200,
    headers: [["Content-Type", "x"]],
  });
});

test("an end without a header is none, and so is a header without end", async () => {
  expect(await readCgiHead(streamOf("Content-Type: x"))).toBeNull();
  expect(await readCgiHead(streamOf())).toBeNull();
  expect(await readCgiHead(streamOf("x".repeat(20_000), "\r\n\r\n"))).toBeNull();
});
