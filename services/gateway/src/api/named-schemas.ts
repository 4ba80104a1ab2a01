import { z, type OpenAPIHono } from "@hono/zod-openapi";
import {
  agentSeen,
  agentView,
  beadView,
  checkView,
  convoyView,
  dryRunReconcile,
  envelope,
  ensuredMayor,
  explanation,
  getMayor,
  historyEntry,
  hookProvider,
  hookState,
  installationRepositoryView,
  installationView,
  listContainers,
  listPlaces,
  logEntryView,
  messageId,
  moleculeView,
  nudgeView,
  outputLine,
  policy,
  policyOverride,
  pullView,
  replayTown,
  reviewView,
  rigPolicy,
  rigView,
  threadView,
  townId,
  townView,
  verdict,
} from "@gastown/contracts";

/**
 * The views of contracts as the OpenAPI document names them. The copies made here are those that routes use: a schema made
 * before zod-openapi was loaded cannot be named.
 */
type Registry = OpenAPIHono["openAPIRegistry"];
const names = new Map<string, z.ZodType>();

function named<S extends z.ZodType>(name: string, schema: S, description: string): S {
  const copy = schema.describe(description).openapi(name);
  names.set(name, copy);
  return copy;
}

/** Registers every named schema first, so that each becomes a component as it is and not as its first user bends it. */
export function registerNamedSchemas(registry: Registry): void {
  for (const [name, schema] of names) registry.register(name, schema);
}

type Filled<Shape extends Record<string, z.ZodDefault>> = {
  [Name in keyof Shape]: ReturnType<Shape[Name]["removeDefault"]>;
};
const filledPolicy = Object.fromEntries(
  // A view always has a value; the default is there for people, and for the client's list of policy fields.
  Object.entries(policy.shape).map(([name, field]) => [
    name,
    field.removeDefault().meta({ default: field.parse(undefined) }),
  ]),
) as Filled<typeof policy.shape>;

const policyOf = named("Policy", z.object(filledPolicy), "Every number the town's rules use, as it holds now.");
export const policyChange = named(
  "PolicyOverride",
  policyOverride,
  "Numbers of the policy that this town sets itself.",
);
const rigPolicyChange = named(
  "RigPolicyOverride",
  rigPolicy,
  "Numbers of the policy that this rig sets itself; they go before its town's.",
);
export const town = named("Town", townView.extend({ policy: policyOf, policyOverride: policyChange }), "A town.");
export const townDetail = named(
  "TownDetail",
  town.extend({ beads: z.record(z.string(), z.int()), agents: z.record(z.string(), z.int()) }),
  "A town with counts of its beads by status and its agents by status.",
);
export const rig = named("Rig", rigView.extend({ policyOverride: rigPolicyChange }), "A repository of a town.");
export const bead = named("Bead", beadView, "A work item.");
export const agent = named("Agent", agentView, "A coding agent of a town. Agents are beads.");
const mayorFields = getMayor.reply.shape.mayor.unwrap().shape;
export const mayor = named(
  "Mayor",
  z.object({
    ...mayorFields,
    agent,
    session: agentSeen
      .nullable()
      .describe(
        "Its newest start, as its container says now: whether its agent server is up and has a session. Null when nothing is known of one, or the dispatcher does not answer.",
      ),
  }),
  "The agent of a town that people speak with.",
);
export const mayorEnsured = named(
  "EnsuredMayor",
  z.object({ decisions: ensuredMayor.shape.decisions, mayor }),
  "What was decided when the mayor was wanted, and the mayor as it is then; `mayor.status` is what the decision came to.",
);
export const installation = named("Installation", installationView, "An installation of the GitHub App on an account.");
export const installationRepository = named(
  "InstallationRepository",
  installationRepositoryView,
  "A repository that an installation of the GitHub App reaches.",
);
export const history = named("HistoryEntry", historyEntry, "One thing that happened to a bead, with who and why.");
export const whyThere = named("Explanation", explanation, "Why a bead is where it is and what would move it.");
const review = named("Review", reviewView, "A review of a pull request.");
const check = named("Check", checkView, "A check that ran on a commit.");
export const pull = named(
  "Pull",
  pullView.extend({ reviews: z.array(review), checks: z.array(check) }),
  "A pull request. `state` and `causes` are its merge status.",
);
export const thread = named("Thread", threadView, "A conversation about lines of a pull request.");
export const convoy = named("Convoy", convoyView, "Work items that reach the default branch together.");
export const molecule = named("Molecule", moleculeView, "The steps of a formula that an agent walks through.");
export const nudge = named("Nudge", nudgeView, "Something that is, or was, to be said to an agent.");
export const look = named(
  "Look",
  dryRunReconcile.reply.extend({ dryRun: z.boolean() }),
  "What the rules decide of a town at this moment, each with its rule and what it is about, and what they say of beads that wait.",
);
export const replay = named(
  "Replay",
  replayTown.reply,
  "A town as it was, rebuilt from its stored inputs. `deterministic`: deciding them again gave the same. `followsToday`: the stored state follows; null when not replayed to the end.",
);
export const logEntry = named(
  "LogEntry",
  logEntryView,
  "One entry of a town's log of inputs: a command that was applied, or a look of the rules that changed something.",
);
export const container = named(
  "Container",
  listContainers.reply.shape.containers.element,
  "A container of a town with its agents, as last observed.",
);
export const places = named(
  "Places",
  listContainers.reply.shape.places,
  "The caps, how far the installation's places for containers are taken, and how many towns wait for one; `ahead` of them waited longer than this one. Null: it does not wait.",
);
export const queue = named(
  "Queue",
  listPlaces.reply,
  "The installation's places for containers: which towns have one, and which wait for one with which starts, the longest waiting first. At most 200 of each.",
);
export const output = named("OutputLine", outputLine, "One line of an agent's output.");
export const event = named("Event", envelope, "A CloudEvents 1.0 envelope, as it stands in the log.");
export const loggedEvent = named(
  "LoggedEvent",
  z.object({ seq: z.int(), event }),
  "An event with its sequence in the log.",
);

export const owner = z.enum(["town", "dispatcher", "scm"]);
export const command = named(
  "Command",
  z.object({
    command: messageId,
    owner,
    town: townId,
    state: z.enum(["pending", "applied", "refused", "terminal"]),
    code: verdict.shape.code,
    message: verdict.shape.message,
    result: verdict.shape.result,
  }),
  "A command and what became of it. `pending`: no verdict yet, or no such command was sent.",
);

export const scope = z.enum(["read", "write", "admin"]);
export const token = named(
  "Token",
  z.object({
    id: z.string(),
    name: z.string(),
    scope,
    town: townId.nullable(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    revokedAt: z.iso.datetime().nullable(),
  }),
  "A token, without its secret. `town` null: of the whole installation.",
);
export const newToken = named(
  "NewToken",
  token.extend({ token: z.string() }),
  "A new token. `token` is shown this once.",
);

export const deadLetter = named(
  "DeadLetter",
  z.object({
    seq: z.int(),
    at: z.iso.datetime(),
    service: z.string(),
    town: z.string(),
    code: z.string(),
    reason: z.string(),
    subject: z.string(),
    stream: z.string(),
    streamSeq: z.int(),
    consumer: z.string(),
    deliveries: z.int(),
    body: z.string(),
  }),
  "A message that a service gave up on, with its original body.",
);

export const hookDelivery = named(
  "HookDelivery",
  z.object({
    provider: hookProvider,
    event: z.string(),
    delivery: z.string().describe("The forge's id; the same when it sends it again"),
    action: z.string().nullable(),
    seq: z.int().describe("Its place in stream HOOK"),
    at: z.iso.datetime(),
    receivedAt: z.iso.datetime(),
    bytes: z.int().describe("Of its body as it came"),
    encoding: z.enum(["identity", "gzip", "reduced"]).describe("`reduced`: only what we read of the body was kept"),
    replay: z.boolean(),
    status: z
      .enum(["waiting", ...hookState.shape.status.options])
      .nullable()
      .describe("What became of the delivery; null when scm does not say now"),
    tries: z.int(),
    reason: z.string().nullable(),
  }),
  "A delivery of a webhook, as it is stored.",
);
export const hookDetail = named(
  "HookDetail",
  hookDelivery.extend({ body: z.string() }),
  "A delivery of a webhook with its body.",
);
export const hookReplay = named(
  "HookReplay",
  z.object({ provider: hookProvider, delivery: z.string(), event: z.string(), seq: z.int() }),
  "A delivery that was stored once more; `seq` is its new place in stream HOOK.",
);

const dependency = z.object({
  state: z.enum(["connected", "not connected"]),
  reason: z.string().optional(),
  detail: z.string().optional(),
});
export const health = named(
  "Health",
  z.object({ ok: z.boolean(), version: z.string(), dependencies: z.record(z.string(), dependency) }),
  "What the gateway depends on, each connected or not connected with the reason.",
);

export const problem = named(
  "Problem",
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    advice: z.string(),
    errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
    requestId: z.string(),
    command: z.string().optional(),
  }),
  "What went wrong (RFC 9457). `errors` names each field; `command` is where a command's verdict can be read.",
);
