import { appendFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { answerContainer, connectBus, keyMark, newEnvelope, publish } from "@gastown/bus";
import { containerHeartbeat, reportContainerAgent, tellAgentModel, type DataOf, type Job } from "@gastown/contracts";
import { createLogger } from "@gastown/telemetry";

/**
 * A container host without agents: keeps to the contract of `container.<town>.*` and does nothing else. An agent's name says how
 * its start goes: `Shy` is refused once, `Slow` starts and does not report, `Stuck` never comes further than starting, anything else
 * runs at once; a `Deaf` one takes no model; a `Clinging` one does not end before it is made to, a `Stubborn` one never does, and no stop of a
 * `Kept` one is accepted. Once a `Mute` one runs, its host answers nothing any more. `Busy` is said things only when its turn ends, which SIGUSR2 does. What it did stands in `told.txt` of its folder.
 */
const config = JSON.parse(await text(process.stdin)) as {
  town: string;
  container: string;
  natsUrl: string;
  inboxPrefix: string;
  model: { name: string; key?: string };
  prewarm?: { agent: string; model: string | null };
};
const { town, container } = config;
if (config.model.name === "broken") throw new Error("this model cannot be reached");
const logger = createLogger("small-host");
const { natsUrl: servers, inboxPrefix } = config;
const bus = await connectBus({ servers, name: container, inboxPrefix, logger });
const startedAt = new Date().toISOString();
const agents = new Map<string, Job>();
const shy = new Set<string>();
const said = new Map<string, boolean>();
let draining = false;
let mute = false;
let key = config.model.key ?? null;

function tell(line: string): void {
  appendFileSync("told.txt", `${line}\n`);
}

async function report(job: Job, state: DataOf<typeof reportContainerAgent>["state"], reason = ""): Promise<void> {
  const { agent, generation } = job;
  const data = { agent, generation, state, reason, at: new Date().toISOString(), container };
  const envelope = newEnvelope(reportContainerAgent, { town, data, actor: `agent:${agent}`, source: "/container" });
  await publish(bus, reportContainerAgent, envelope);
}

async function tellModel({ agent, generation, model: before }: Job, model: string): Promise<void> {
  const at = new Date().toISOString();
  const data = { agent, generation, wished: model, before: before ?? "none", model, failure: null, at, container };
  const source = "/container";
  await publish(bus, tellAgentModel, newEnvelope(tellAgentModel, { town, data, actor: `agent:${agent}`, source }));
}

async function heartbeat(): Promise<void> {
  const now = new Date().toISOString();
  const alive = [...agents.values()].map(({ agent, generation }) => {
    return {
      agent,
      generation,
      aliveAt: now,
      activeAt: now,
      inputTokens: 7,
      outputTokens: 3,
      microUsd: 20,
      busy: true,
    };
  });
  const data = { container, agents: alive };
  const envelope = newEnvelope(containerHeartbeat, { town, data, actor: "service:container", source: "/container" });
  await publish(bus, containerHeartbeat, envelope);
}

async function end(job: Job, reason: string): Promise<void> {
  agents.delete(job.agent);
  tell(`end ${job.agent}/${job.generation} ${reason}`);
  await report(job, "exited", reason);
}

answerContainer(
  bus,
  town,
  {
    start: async ({ variables, ...job }) => {
      tell(`start ${job.agent}/${job.generation}`);
      for (const [name, value] of Object.entries(variables)) tell(`${name}=${value}`);
      if (job.name === "Shy" && !shy.has(job.agent)) {
        shy.add(job.agent);
        return { accepted: false, reason: "not yet" };
      }
      agents.set(job.agent, job);
      mute = job.name === "Mute";
      if (job.name !== "Slow" && job.name !== "Stuck") await report(job, "running");
      return { accepted: true, reason: null };
    },
    nudge: ({ agent, generation, nudge, message }) => {
      const job = agents.get(agent);
      if (job?.generation !== generation) return Promise.resolve({ accepted: false, given: false, reason: "not here" });
      if (said.get(nudge) !== true) {
        said.set(nudge, job.name !== "Busy");
        if (job.name !== "Busy") tell(`said ${nudge} ${message}`);
      }
      return Promise.resolve({ accepted: true, given: said.get(nudge) === true, reason: null });
    },
    stop: async ({ agent, generation, reason, force }) => {
      const job = agents.get(agent);
      if (mute) throw new Error("mute");
      if (job?.name === "Kept") return { accepted: false };
      if (job?.name === "Stubborn" || (job?.name === "Clinging" && !force)) {
        tell(`keeps ${agent}/${generation}${force ? ", asked by force" : ""}`);
        return { accepted: true };
      }
      if (job !== undefined && job.generation <= generation) await end(job, reason);
      return { accepted: true };
    },
    programs: () => Promise.resolve({ programs: [] }),
    status: () => {
      if (mute) throw new Error("mute");
      return Promise.resolve({
        container,
        startedAt,
        draining,
        keyMark: keyMark(container, key),
        agents: [...agents.values()].map(({ agent, generation, name }) => {
          const state = name === "Stuck" ? ("starting" as const) : ("running" as const);
          return { agent, generation, state, activeAt: null, session: state === "running", busy: false };
        }),
      });
    },
    model: async ({ agent, generation, model }) => {
      const job = agents.get(agent);
      if (job?.generation !== generation) return { accepted: false, reason: "not here" };
      if (job.name === "Deaf") return { accepted: false, reason: "not now" };
      tell(`model ${agent}/${generation} ${model}`);
      await tellModel(job, model);
      return { accepted: true, reason: null };
    },
    prewarm: ({ agent, model }) => {
      tell(`prewarm ${agent} ${model}`);
      return Promise.resolve({ accepted: true });
    },
    credentials: ({ modelKey }) => {
      key = modelKey;
      tell(`key ${modelKey}`);
      return Promise.resolve({ accepted: true });
    },
    drain: () => Promise.resolve({ accepted: false }),
  },
  { logger, signal: new AbortController().signal },
);
process.on("SIGUSR2", () => {
  for (const [nudge, given] of said) {
    if (!given) tell(`said ${nudge}`);
    said.set(nudge, true);
  }
  void heartbeat();
});
process.on("SIGTERM", () => {
  draining = true;
  void Promise.all([...agents.values()].map((job) => end(job, "saved"))).then(async () => {
    await bus.close();
    process.exit(0);
  });
});
tell(`boot ${container}${config.prewarm === undefined ? "" : ` ${config.prewarm.agent} ${config.prewarm.model}`}`);
