import { join } from "node:path";
import { answered, type GastownClient, type Schema, settled } from "@gastown/client";
import { eventually } from "@gastown/testkit";
import { expect } from "vitest";
import type { Installation } from "../installation.ts";
import { commitTo, git } from "../source-repository.ts";
import { followEvents } from "../town-events.ts";

/** How long an effect may take: it takes a second or two, on a busy machine many more. */
const timeoutMs = 120_000;

export type Policy = Schema<"PolicyOverride">;

/** What a rig is made with; all rigs are made from the same small repository. */
export interface RigOptions {
  check?: string;
  requiredApprovals?: number;
  /** Instead of that repository. */
  source?: string;
}

interface NewTown {
  town: string;
  source: string;
  policy?: Policy;
}

/** One town, and all that a scenario does in it and sees of it over REST. */
export type ScenarioTown = Awaited<ReturnType<typeof openTown>>;

/** Waits until what is read matches, and answers it. */
export async function shows<T>(read: () => Promise<T>, matches: (value: T) => void): Promise<T> {
  const look = async () => {
    const value = await read();
    matches(value);
    return { value };
  };
  return (await eventually(look, { timeoutMs, message: "it did not come about" })).value;
}

/** No bead waits for another start, no agent for another day: what a scenario does not set is fast or out of its way. */
const quick: Policy = {
  dispatchCooldownMs: [200],
  landingCooldownMs: 100,
  landingCooldownMaxMs: 500,
  askAgainMs: 1_000,
};

/** Makes a town of its own for a scenario. `close` deletes it. */
export async function openTown({ client, state }: Installation, { town, source, policy }: NewTown) {
  await settled(client.http.POST("/v1/towns", { body: { town, name: town, policy: { ...quick, ...policy } } }));
  const events = followEvents(client, town);
  const at = { client, town };
  return {
    town,
    events,
    ...townParts(at),
    ...rigParts(at, { source, forge: join(state, "forge", town) }),
    ...beadParts(at),
    ...convoyParts(at),
    ...agentParts(at),
    async close() {
      await answered(client.http.DELETE("/v1/towns/{town}", { params: { path: { town } } }));
      await events.close();
    },
  };
}

interface At {
  client: GastownClient;
  town: string;
}

function townParts({ client: { http }, town }: At) {
  const params = { path: { town } };
  const view = async () => (await answered(http.GET("/v1/towns/{town}", { params }))).data;
  return {
    view,
    setPolicy: (policy: Policy) => settled(http.PATCH("/v1/towns/{town}", { params, body: { policy } })),
    stop: (reason: string) => settled(http.POST("/v1/towns/{town}/estop", { params, body: { reason } })),
    thaw: () => settled(http.POST("/v1/towns/{town}/thaw", { params })),
    /** The town rebuilt from its inputs, to the end. */
    async replay() {
      return (await answered(http.GET("/v1/towns/{town}/replay", { params }))).data;
    },
    look: () => answered(http.POST("/v1/towns/{town}/reconcile", { params })),
  };
}

function rigParts({ client: { http }, town }: At, { source, forge }: { source: string; forge: string }) {
  const rigView = async (rig: string) =>
    (await answered(http.GET("/v1/towns/{town}/rigs/{rig}", { params: { path: { town, rig } } }))).data;
  const pull = async (number: number, rig = "app") =>
    (
      await answered(
        http.GET("/v1/towns/{town}/rigs/{rig}/pulls/{number}", { params: { path: { town, rig, number } } }),
      )
    ).data;
  const addRig = (rig: string, options: RigOptions = {}) => {
    const body = {
      rig,
      prefix: rig
        .replaceAll(/[^a-z]/g, "")
        .slice(0, 3)
        .padEnd(2, "x"),
      source,
      ...options,
    };
    return settled(http.POST("/v1/towns/{town}/rigs", { params: { path: { town } }, body }));
  };
  return {
    rigView,
    setRigPolicy: (rig: string, policy: Pick<Policy, "codeReview">) =>
      settled(http.PATCH("/v1/towns/{town}/rigs/{rig}", { params: { path: { town, rig } }, body: { policy } })),
    pull,
    addRig,
    /** The rig can be worked in afterwards. */
    async readyRig(rig = "app", options: RigOptions = {}) {
      await addRig(rig, options);
      await shows(
        () => rigView(rig),
        ({ state }) => expect(state).toBe("ready"),
      );
    },
    async pulls() {
      return (await answered(http.GET("/v1/towns/{town}/pulls", { params: { path: { town } } }))).data.items;
    },
    /** A person pushes one commit to a branch and proposes it. */
    async propose(branch: string, rig = "app") {
      commitTo(join(forge, `${rig}.git`), { branch, from: "main", message: `Somebody works on ${branch}` });
      const params = { path: { town, rig } };
      const body = { head: branch, title: branch };
      return (await settled(http.POST("/v1/towns/{town}/rigs/{rig}/pulls", { params, body }))).data;
    },
    async adopt(number: number, rig = "app") {
      const params = { path: { town, rig, number } };
      return (await settled(http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/adopt", { params }))).data;
    },
    merge: (number: number, rig = "app") =>
      settled(
        http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/merge", { params: { path: { town, rig, number } } }),
      ),
    review: (number: number, verdict: "approve" | "request_changes", text = "", rig = "app") =>
      settled(
        http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/review", {
          params: { path: { town, rig, number } },
          body: { verdict, body: text },
        }),
      ),
    closePull: (number: number, rig = "app") =>
      settled(
        http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/close", { params: { path: { town, rig, number } } }),
      ),
    /** What lies on the forge: only git itself knows it. */
    git: (rig: string, ...args: string[]) => git(join(forge, `${rig}.git`), ...args),
    /** A commit appears on a branch of the forge, as if it were pushed. */
    push: (branch: string, message: string, rig = "app") => commitTo(join(forge, `${rig}.git`), { branch, message }),
  };
}

function beadParts({ client: { http }, town }: At) {
  const path = (bead: string) => ({ path: { town, bead } });
  const bead = async (id: string) =>
    (await answered(http.GET("/v1/towns/{town}/beads/{bead}", { params: path(id) }))).data;
  const explain = async (id: string) =>
    (await answered(http.GET("/v1/towns/{town}/beads/{bead}/explain", { params: path(id) }))).data;
  return {
    bead,
    explain,
    async beads(query: {
      type?: Schema<"Bead">["type"][];
      kind?: ("task" | "fixup" | "step" | "triage-request" | "triage-batch")[];
    }) {
      return (await answered(http.GET("/v1/towns/{town}/beads", { params: { path: { town }, query } }))).data.items;
    },
    async create(draft: {
      title: string;
      body?: string;
      rig?: string;
      held?: boolean;
      dependsOn?: string[];
      priority?: Schema<"Bead">["priority"];
    }) {
      const body = { rig: "app", ...draft };
      return (await settled(http.POST("/v1/towns/{town}/beads", { params: { path: { town } }, body }))).data.bead;
    },
    hold: (id: string) =>
      settled(http.PATCH("/v1/towns/{town}/beads/{bead}", { params: path(id), body: { held: true } })),
    sling: (id: string) => settled(http.POST("/v1/towns/{town}/beads/{bead}/sling", { params: path(id) })),
    closeBead: (id: string) => settled(http.POST("/v1/towns/{town}/beads/{bead}/close", { params: path(id) })),
    acknowledge: (id: string) => settled(http.POST("/v1/towns/{town}/beads/{bead}/acknowledge", { params: path(id) })),
    /** The bead is in this status. */
    reaches: (id: string, status: Schema<"Bead">["status"]) =>
      shows(
        () => bead(id),
        (now) => expect(now.status).toBe(status),
      ),
    /** The town says this of the bead. */
    says: (id: string, words: RegExp) =>
      shows(
        () => explain(id),
        ({ summary, reasons }) => expect([summary, ...reasons.map(({ says }) => says)].join("\n")).toMatch(words),
      ),
    async giveMolecule(id: string, formula: string) {
      const request = http.POST("/v1/towns/{town}/beads/{bead}/molecule", {
        params: path(id),
        body: { formula, vars: {} },
      });
      return (await settled(request)).data.molecule;
    },
    advance: (molecule: string, step: string) =>
      settled(
        http.POST("/v1/towns/{town}/molecules/{molecule}/advance", {
          params: { path: { town, molecule } },
          body: { step, outcome: "done", notes: "" },
        }),
      ),
    async molecule(id: string) {
      const params = { path: { town, molecule: id } };
      return (await answered(http.GET("/v1/towns/{town}/molecules/{molecule}", { params }))).data;
    },
  };
}

function convoyParts({ client: { http }, town }: At) {
  const path = (convoy: string) => ({ path: { town, convoy } });
  return {
    async convoy(id: string) {
      return (await answered(http.GET("/v1/towns/{town}/convoys/{convoy}", { params: path(id) }))).data;
    },
    async createConvoy(draft: {
      title?: string;
      mergeMode?: "review-then-land" | "review-and-merge";
      staged?: boolean;
      tasks: { title: string; rig?: string; body?: string; dependsOn?: number[] }[];
    }) {
      const tasks = draft.tasks.map((task) => ({ rig: "app", ...task }));
      const body = { title: "A convoy", ...draft, tasks };
      return (await settled(http.POST("/v1/towns/{town}/convoys", { params: { path: { town } }, body }))).data;
    },
    startConvoy: (id: string) => settled(http.POST("/v1/towns/{town}/convoys/{convoy}/start", { params: path(id) })),
    closeConvoy: (id: string) => settled(http.POST("/v1/towns/{town}/convoys/{convoy}/close", { params: path(id) })),
  };
}

function agentParts({ client: { http }, town }: At) {
  const params = { path: { town } };
  return {
    async agents() {
      return (await answered(http.GET("/v1/towns/{town}/agents", { params }))).data.items;
    },
    async nudges() {
      return (await answered(http.GET("/v1/towns/{town}/nudges", { params }))).data.items;
    },
    async nudge(agent: string, message: string, how: { mode: "immediate" | "wait-idle" | "queue"; ttlMs?: number }) {
      const body = { agent, message, ...how };
      return (await settled(http.POST("/v1/towns/{town}/nudges", { params, body }))).data.nudge;
    },
    /** The agents whose processes run. */
    async running() {
      const { data } = await answered(http.GET("/v1/towns/{town}/containers", { params }));
      const all = data.items.flatMap(({ agents: inside }) => inside);
      return all.filter(({ state }) => state === "running").map(({ agent }) => agent);
    },
  };
}
