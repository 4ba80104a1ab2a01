import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policyFields } from "./policy-fields.ts";
import { policyModule } from "./policy-module.ts";

const document: unknown = JSON.parse(
  readFileSync(new URL("../../../services/gateway/openapi.json", import.meta.url), "utf8"),
);

test("policy-fields.ts is what the document says (else: npm run generate -w @gastown/client)", () => {
  const module = policyModule(document as Parameters<typeof policyModule>[0]);
  const written = readFileSync(new URL("policy-fields.ts", import.meta.url), "utf8");
  expect(squeezed(written)).toBe(squeezed(module));
});

/** The formatter breaks lines and takes quotes away. */
function squeezed(text: string): string {
  return text.replaceAll(/[\s"]+/g, "").replaceAll(/,(?=[}\]])/g, "");
}

test("a field has its types, default, limits, choices, and whether rigs have it", () => {
  expect(policyFields).toMatchObject({
    maxPolecatsPerRig: { types: ["integer"], default: 4, minimum: 1, maximum: 50, ofRigs: true },
    heartbeatLostMs: { types: ["integer"], default: 90_000, ofRigs: false },
    budgetBeadTokens: { types: ["integer", "null"], default: null, ofRigs: false },
    codeReview: { types: ["boolean"], default: true, ofRigs: true },
    convoyMergeMode: { types: ["string"], choices: ["review-then-land", "review-and-merge"], ofRigs: true },
    dispatchCooldownMs: { types: ["array"], ofRigs: false },
  });
});
