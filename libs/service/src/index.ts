export { freePort } from "./free-port.ts";
export { httpCloser } from "./http-closer.ts";
export { createKeyedQueue, type KeyedQueue, type KeyedQueueOptions } from "./keyed-queue.ts";
export { createMutex, type Mutex } from "./mutex.ts";
export { natsEnvironment, natsSettingsFrom, type NatsSettings } from "./nats-environment.ts";
export { ConfigError, parseEnv } from "./parse-env.ts";
export {
  isAlive,
  killGroup,
  recordOf,
  startGroup,
  type ProcessRecord,
  type StartGroupOptions,
} from "./process-group.ts";
export type { HealthReport, RunningService } from "./running-service.ts";
export { watchFaults } from "./watch-faults.ts";
export { SealError, sealer, type Sealer } from "./seal.ts";
