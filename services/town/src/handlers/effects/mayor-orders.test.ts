import { findCommand } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { aMayor, aRig, aSnapshot, aTown } from "../../domain/builders.ts";
import type { Decision } from "../../domain/decision.ts";
import { effectsOf } from "../decision-effects.ts";

const env = { KEY: { sealed: "c2VhbGVk", hint: "****1234" } };
const town = aTown({}, { model: "wide", models: { mayor: "grand" }, instructions: { mayor: "Be kind" }, env });
const state = aSnapshot({ town, rigs: [aRig({ model: "rig's" })], agents: [aMayor({ generation: 4 })] });

function ordered(decision: Decision) {
  const { commands } = effectsOf({ decision, changes: [], after: state });
  return commands.map(({ command, data, subject }) => {
    expect(findCommand(command.type)?.data.parse(data)).toEqual(data);
    return { type: command.type, data, subject };
  });
}

describe("mayor-orders", () => {
  it.each(["start-mayor", "ask-mayor-again"] as const)(
    "starts it by %s with the town's settings, in no rig",
    (what) => {
      expect(ordered({ do: what, agent: "hq-m" })).toEqual([
        {
          type: "dispatcher.agent.start",
          subject: "agent/hq-m",
          data: {
            agent: "hq-m",
            generation: 4,
            name: "mayor",
            identity: "mayor-demo",
            role: "mayor",
            rig: null,
            branch: null,
            base: null,
            bead: { bead: "hq-m", type: "agent", title: "mayor", body: "" },
            review: null,
            feedback: null,
            checkpoint: null,
            model: "grand",
            instructions: ["Be kind"],
            env,
            molecule: null,
            kind: "task",
          },
        },
      ]);
    },
  );

  it("asks for another model of its present start", () => {
    for (const model of ["grand", null]) {
      expect(ordered({ do: "change-model", agent: "hq-m", model })).toEqual([
        { type: "dispatcher.agent.change_model", subject: "agent/hq-m", data: { agent: "hq-m", generation: 4, model } },
      ]);
    }
  });

  it("leaves its end to who ends all agents", () => {
    const end = { reason: "r", lost: true, setback: true, cutOff: false, unwanted: false };
    expect(ordered({ do: "rest-mayor", agent: "hq-m", ...end })).toEqual([]);
  });
});
