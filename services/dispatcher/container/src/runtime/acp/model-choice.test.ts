import { expect, test } from "vitest";
import { modelName, offeredAs, readModelChoice } from "./model-choice.ts";

const option = (value: string) => ({ value, name: value });
const select = (options: unknown[]) => ({
  id: "m",
  name: "Model",
  category: "model",
  type: "select",
  currentValue: "gastown/big/one",
  options,
});

test.each([
  ["a setting", { configOptions: [select([option("gastown/big/one"), option("gastown/two")])] }, "m"],
  [
    "a setting in groups, beside others",
    {
      configOptions: [
        { id: "x", name: "Mode", category: "mode", type: "select", currentValue: "a", options: [option("a")] },
        select([
          { group: "g", name: "G", options: [option("gastown/big/one")] },
          { group: "h", name: "H", options: [option("gastown/two")] },
        ]),
      ],
    },
    "m",
  ],
  [
    "the earlier state of the protocol",
    {
      models: {
        currentModelId: "gastown/big/one",
        availableModels: [{ modelId: "gastown/big/one" }, { modelId: "gastown/two" }],
      },
    },
    null,
  ],
])("%s says which models there are", (_, answer, setting) => {
  expect(readModelChoice(answer)).toEqual({
    setting,
    current: "gastown/big/one",
    offered: ["gastown/big/one", "gastown/two"],
  });
});

test.each([null, {}, { configOptions: null }, { models: "none" }, { configOptions: [{ id: "x", type: "boolean" }] }])(
  "%j offers no choice",
  (answer) => expect(readModelChoice(answer)).toBeNull(),
);

test("models are called as towns call them", () => {
  const choice = { setting: "m", current: "gastown/big/one", offered: ["gastown/big/one", "sonnet"] };
  expect(modelName(choice.current)).toBe("big/one");
  expect(offeredAs(choice, "big/one")).toBe("gastown/big/one");
  expect(offeredAs(choice, "sonnet")).toBe("sonnet");
  expect(offeredAs(choice, "opus")).toBeNull();
});
