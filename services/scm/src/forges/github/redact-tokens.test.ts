import { expect, test } from "vitest";
import { redactTokens } from "./redact-tokens.ts";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl";

test.each([
  ["an installation's", `ghs_${"a".repeat(36)}`],
  ["the long stateless form", `ghs_12345_${jwt}`],
  ["a user's", `ghu_${"A1".repeat(18)}`],
  ["a classic personal one", `ghp_${"x".repeat(36)}`],
  ["a fine-grained one", `github_pat_11ABC_${"y".repeat(59)}`],
  ["the App's JWT", jwt],
])("%s token is not in a message", (_name, token) => {
  expect(redactTokens(`https://x-access-token:${token}@github.com/a/b failed`)).toBe(
    "https://x-access-token:[token]@github.com/a/b failed",
  );
});

test("other words stay", () => {
  expect(redactTokens("ghost_writer wrote high_score")).toBe("ghost_writer wrote high_score");
});
