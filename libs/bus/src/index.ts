export { InvalidMessageError, newId as newMessageId } from "@gastown/contracts";
export {
  forgetSnapshots,
  loadAgentSnapshot,
  saveAgentSnapshot,
  SnapshotError,
  type AgentSnapshot,
  type SnapshotToSave,
} from "./agent-snapshots.ts";
export {
  capabilitiesOf,
  minimumServer,
  missingCapabilities,
  recommendedServer,
  type Capabilities,
} from "./capabilities.ts";
export { connectBus, type Bus, type BusOptions, type BusStatus } from "./connect.ts";
export { accountName, makeBusKeys, type BusKeys } from "./credentials/bus-keys.ts";
export { containerInbox, containerMessages } from "./credentials/container-permissions.ts";
export { serverAuth } from "./credentials/server-auth.ts";
export { containerCredentials, issuerOf, userCredentials } from "./credentials/user-credentials.ts";
export { startAdvisoryNet, type AdvisoryNetOptions } from "./advisory-net.ts";
export { consumeCommands, type ConsumeOptions, type Consuming, type Handling } from "./consume/consume-commands.ts";
export { type Load } from "./consume/meter.ts";
export { isOutage } from "./consume/is-outage.ts";
export {
  type CommandMessage,
  type GroupedMessage,
  type GroupHandler,
  type Handler,
  type Outcome,
} from "./consume/outcome.ts";
export { dropDeadLetter, getDeadLetter, listDeadLetters, retryDeadLetter, type DeadLetter } from "./dead-letters.ts";
export { newEnvelope, type EnvelopeInput, type InputOf } from "./envelope/new-envelope.ts";
export { eventStreamInfo, followEvents, type FollowedEvent, type FollowOptions } from "./events/follow-events.ts";
export { StreamResetError } from "./events/read-stream.ts";
export { storedEvents } from "./events/stored-events.ts";
export { flush } from "./flush.ts";
export { consumeHooks, type ConsumeHooksOptions, type ConsumingHooks } from "./hooks/consume-hooks.ts";
export { HookTooLargeError, largestRawHook, type HookEncoding } from "./hooks/hook-body.ts";
export { publishHook, type HookToPublish } from "./hooks/publish-hook.ts";
export type { HookHandler, HookOutcome, ReceivedHook } from "./hooks/received-hook.ts";
export { findHook, listHooks, replayHook, type HookQuery, type StoredHook } from "./hooks/stored-hooks.ts";
export { followOutput, readOutput } from "./output.ts";
export { provision } from "./provision/provision.ts";
export { ProvisionError, type ProvisionReport } from "./provision/provision-report.ts";
export { publish, PublishError, publishOutput, publishRaw, type Published, type RawMessage } from "./publish.ts";
export {
  answerContainer,
  askContainer,
  type ContainerData,
  type ContainerHandlers,
  type ContainerReply,
} from "./queries/container-requests.ts";
export { keyMark } from "./queries/key-mark.ts";
export { answer, ask, type AskOptions, type QuestionMeta } from "./queries/queries.ts";
export { QueryError, type QueryErrorCode } from "./queries/query-error.ts";
export { answerForRun, forgetRun, isRunAlive, listRuns, markRun } from "./runs/service-runs.ts";
export { sendCommand, VerdictTimeoutError, type SendOptions } from "./send-command.ts";
export { natsConfig, type NatsConfigOptions } from "./server-config.ts";
export { tellVerdict } from "./tell-verdict.ts";
export {
  answerTerminals,
  askTerminal,
  followTerminal,
  publishTerminal,
  typeIntoTerminal,
  type TerminalHandlers,
} from "./terminal/terminal-requests.ts";
export { commandStream, streams, type ConsumerSpec, type StreamSpec } from "./topology.ts";
