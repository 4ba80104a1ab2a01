import { z } from "@hono/zod-openapi";
import {
  beadView,
  checkView,
  convoyView,
  dryRunReconcile,
  envelope,
  explanation,
  historyEntry,
  hookProvider,
  hookState,
  installationRepositoryView,
  installationView,
  logEntryView,
  messageId,
  moleculeView,
  nudgeView,
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
import { named } from "./name-schema.ts";

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
