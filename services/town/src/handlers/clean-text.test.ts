import { describe, expect, it } from "vitest";
import { cleanText } from "./clean-text.ts";

describe("clean-text", () => {
  it("takes out what Postgres cannot keep, wherever it is", () => {
    expect(cleanText({ "a\0": ["x\0y", { b: "half \ud800" }], n: 1, z: null, t: true })).toEqual({
      a: ["xy", { b: "half \ufffd" }],
      n: 1,
      z: null,
      t: true,
    });
  });

  it("leaves everything else as it is", () => {
    const data = { title: "Ünïcödé 🚂", list: [1, "two"] };
    expect(cleanText(data)).toEqual(data);
  });
});
