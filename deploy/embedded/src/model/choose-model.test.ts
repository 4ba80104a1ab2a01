import { expect, test } from "vitest";
import { chooseModel } from "./choose-model.ts";

test("a provider's model comes with the provider's URL and its usual key", () => {
  expect(chooseModel({ GASTOWN_MODEL: "anthropic/claude-x", ANTHROPIC_API_KEY: "k" })).toEqual({
    url: "https://api.anthropic.com/v1",
    name: "claude-x",
    key: "k",
    label: "anthropic/claude-x",
  });
  expect(chooseModel({ GASTOWN_MODEL: "openrouter/qwen/qwen3-coder", OPENROUTER_API_KEY: "k" })?.name).toBe(
    "qwen/qwen3-coder",
  );
  expect(chooseModel({ GASTOWN_MODEL: "google/gemini-x", GOOGLE_API_KEY: "k" })?.key).toBe("k");
});

test("any server is used as it is, with or without a key", () => {
  expect(chooseModel({ GASTOWN_MODEL_URL: "http://127.0.0.1:11434/v1/", GASTOWN_MODEL: "qwen3:8b" })).toEqual({
    url: "http://127.0.0.1:11434/v1",
    name: "qwen3:8b",
    label: "qwen3:8b at 127.0.0.1:11434",
  });
});

test("nothing set is no model", () => {
  expect(chooseModel({ OPENAI_API_KEY: "k", GASTOWN_MODEL: "" })).toBeNull();
});

test.each([
  [{ GASTOWN_MODEL: "openai/gpt-x" }, "set OPENAI_API_KEY"],
  [{ GASTOWN_MODEL: "acme/m" }, "provider one of openai"],
  [{ GASTOWN_MODEL: "openai" }, "is not understood"],
  [{ GASTOWN_MODEL_URL: "http://127.0.0.1:1/v1" }, "set GASTOWN_MODEL to the model's name"],
  [{ GASTOWN_MODEL_URL: "localhost:1" }, "is not an http URL"],
])("%j is refused, saying what to set", (env, message) => {
  expect(() => chooseModel(env)).toThrow(message);
});
