import { expect, test } from "vitest";
import { parseAllowList, parseDestination } from "./allow-list.ts";

const list = parseAllowList(
  " api.openai.com:443, *.githubusercontent.com:443,forge.gastown:80=127.0.0.1:4801 ,127.0.0.1:9000,",
);

test.each([
  ["api.openai.com", 443, "api.openai.com:443"],
  ["API.OpenAI.com", 443, "api.openai.com:443"],
  ["api.openai.com", 80, null],
  ["openai.com", 443, null],
  ["api.openai.com.evil.org", 443, null],
  ["raw.githubusercontent.com", 443, "raw.githubusercontent.com:443"],
  ["githubusercontent.com", 443, null],
  [".githubusercontent.com", 443, null],
  ["evilgithubusercontent.com", 443, null],
  ["forge.gastown", 80, "127.0.0.1:4801"],
  ["127.0.0.1", 4801, null],
  ["127.0.0.1", 9000, "127.0.0.1:9000"],
  ["localhost", 9000, null],
  ["169.254.169.254", 80, null],
])("a connection to %s:%i goes to %s", (host, port, expected) => {
  const found = list.find({ host, port });
  expect(found === null ? null : `${found.host}:${found.port}`).toBe(expected);
});

test("nothing may be reached by an empty list", () => {
  expect(parseAllowList("").find({ host: "example.org", port: 443 })).toBeNull();
});

test.each([
  "*",
  "*:443",
  "example.org",
  "example.org:0",
  "example.org:70000",
  "http://example.org:80",
  "a.*.org:443",
  "a:1=b:2=c:3",
  "a:1=b",
  "*.a.org:1=b:2",
  "user@example.org:80",
])("%s is refused by its text", (text) => {
  expect(() => parseAllowList(text)).toThrow(`"${text}" is none of`);
});

test("a destination is a host and a port", () => {
  expect(parseDestination("nats:4222")).toEqual({ host: "nats", port: 4_222 });
});
