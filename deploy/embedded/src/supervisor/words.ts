/** What a supervisor says to the town's process over their channel. */
export const stopTown = "stop";

/** What the town's process says. */
export const fromTown = {
  /** Its API answers. */
  started: "started",
  /** It was told to stop, by whomever. */
  stopping: "stopping",
} as const;
