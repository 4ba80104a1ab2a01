export { atEndOfFile } from "./at-end-of-file.ts";
export { startOtlpReceiver, type ReceivedSpan } from "./otlp-receiver.ts";
export {
  startScriptedModel,
  type ScriptedModel,
  type ScriptedModelOptions,
  type ScriptedModelRequest,
} from "./scripted-model.ts";
export { scriptText, type ScriptStep } from "./scripted-model-script.ts";
export { keptFile } from "./scripted-model-duties.ts";
export { describeOnDocker, findDockerEngine, type DockerEngine } from "./docker-engine.ts";
export { eventually, type EventuallyOptions } from "./eventually.ts";
export { startOwnPostgres, startPostgres, type OwnPostgres, type TestPostgres } from "./postgres.ts";
export { usePostgres, type UsedPostgres } from "./use-postgres.ts";
export { startNats, type NatsOptions, type TestNats } from "./nats.ts";
export { useServers, type UsedServers } from "./use-servers.ts";
export { simulatedClock, type SimulatedClock } from "./simulated-clock.ts";
