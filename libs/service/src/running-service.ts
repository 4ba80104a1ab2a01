/** Whether a service can do its work, and what it can reach. */
export interface HealthReport {
  ok: boolean;
  dependencies: Record<string, { state: "connected" | "not connected"; reason?: string; detail?: string }>;
}

/** A started service, as its `start` answers it. */
export interface RunningService {
  name: string;
  health(): Promise<HealthReport>;
  /** Takes nothing new, ends what was begun, closes connections. */
  close(): Promise<void>;
  /** How long `close` may take, in milliseconds; a process that has not ended then is ended by force. By default 12 s. */
  closeMs?: number;
  /** Settles when the service ended by itself; rejects when it failed. */
  closed?: Promise<void>;
}
