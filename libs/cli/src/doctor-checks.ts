import type { Schema } from "@gastown/client";

/** One thing that was looked at, and what to do when it is wrong. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
  advice?: string | undefined;
}

type Runtime = Schema<"Runtime">;
type Queue = Schema<"Queue">;

const services: ReadonlySet<string> = new Set(["town", "dispatcher", "scm"]);

/** What the gateway depends on. */
export function dependencyChecks(health: Schema<"Health">): Check[] {
  return Object.entries(health.dependencies).map(([name, { state, reason, detail }]) => ({
    name,
    ok: state === "connected",
    detail: [state, reason, detail].filter((part) => part !== undefined).join(": "),
    advice:
      state === "connected"
        ? undefined
        : services.has(name)
          ? `Start the ${name} service, and read its log.`
          : `Check that ${name} runs where the gateway's configuration says.`,
  }));
}

function ownChecks({ dependencies }: Runtime): Check[] {
  return Object.entries(dependencies).map(([name, { connected, reason }]) => ({
    name: `dispatcher's ${name}`,
    ok: connected,
    detail: connected ? "connected" : `not connected: ${reason ?? "no reason is known"}`,
    advice: connected
      ? undefined
      : `Check that ${name} runs where the dispatcher's configuration says, and read its log.`,
  }));
}

/** One that is not used need not be usable. */
function runtimeChecks({ runtimes }: Runtime): Check[] {
  return runtimes.map(({ runtime, chosen, usable, detail }) => ({
    name: `runtime ${runtime}`,
    ok: usable || !chosen,
    detail: `${chosen ? "in use" : "not in use"}, ${usable ? "usable" : "cannot be used"}: ${detail}`,
    advice:
      usable || !chosen
        ? undefined
        : "Do as it says, or choose the other runtime (DISPATCHER_RUNTIME, GASTOWN_RUNTIME).",
  }));
}

function programDetail({
  chosen,
  usable,
  version,
  file,
  found,
  detail,
}: NonNullable<Runtime["programs"]>[number]): string {
  const where = file === null ? "not found" : `${file} (${found ?? "found"})`;
  const parts = [chosen ? "in use" : "not in use", usable ? "usable" : "cannot be used", version, where, detail];
  return parts.filter((part) => part !== null).join(", ");
}

function programChecks({ programs, programsProblem, runtimes, containers }: Runtime): Check[] {
  if (programs !== null)
    return programs.map((program) => {
      const ok = program.usable || !program.chosen;
      const advice = ok ? undefined : "Install it, or choose another one: docs/agent-programs.md.";
      return { name: `agent program ${program.program}`, ok, detail: programDetail(program), advice };
    });
  // In an image without a container nobody can look; that is how it is before the first agent.
  const ok = containers === 0 && runtimes.some(({ runtime, chosen }) => chosen && runtime === "docker");
  const advice = ok ? undefined : "Read the dispatcher's log.";
  return [{ name: "agent programs", ok, detail: `not looked at: ${programsProblem ?? "no reason is known"}`, advice }];
}

function modelCheck({ model }: Runtime): Check {
  const name = "model";
  if (model) return { name, ok: true, detail: "configured" };
  const advice = "Set MODEL_URL and MODEL_NAME for the dispatcher, or GASTOWN_MODEL for `gastown up`.";
  return { name, ok: false, detail: "none is configured: no agent starts", advice };
}

const orphanAdvice = {
  container:
    "Restart the dispatcher: it looks at everything with a record when it starts. What is left then is to be removed by hand.",
  process:
    "End it with its children: kill -9 -- -<its process group>. A restart of the dispatcher ends what has a record.",
};

function orphanChecks({ orphans, containers }: Runtime): Check[] {
  if (orphans.length === 0)
    return [{ name: "orphans", ok: true, detail: `${containers} containers run, and nothing runs that nobody wants` }];
  return orphans.map(({ kind, town, name, detail }) => ({
    name: `orphan ${kind}`,
    ok: false,
    detail: `${name} of town ${town}: ${detail}`,
    advice: orphanAdvice[kind],
  }));
}

/** Where and as what agents run, and what runs that nobody wants. Pure. */
export function agentChecks(runtime: Runtime): Check[] {
  return [
    ...ownChecks(runtime),
    ...runtimeChecks(runtime),
    ...programChecks(runtime),
    modelCheck(runtime),
    ...orphanChecks(runtime),
  ];
}

/** Starts that wait: that is no fault, and the reason when agents do not come. Pure. */
export function queueCheck({ taken, maxContainers, waiting, towns }: Queue): Check {
  const places = `${taken} of ${maxContainers} places for containers are taken`;
  const first = towns[0];
  if (first === undefined) return { name: "queue", ok: true, detail: `${places}, and no town waits` };
  const longest = `${first.town} since ${first.since} with ${first.starts.length} starts`;
  return { name: "queue", ok: true, detail: `${places}; ${waiting} towns wait, the longest ${longest}` };
}
