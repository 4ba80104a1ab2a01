/** How containers are made on a Docker engine. */
export interface DockerSettings {
  /** `unix:///path` or `tcp://host:port`. */
  readonly engine: string;
  /** The agents' image; it is never pulled (deploy/docker/agent.Dockerfile makes it). */
  readonly image: string;
  /** A program in the image, run with its host runner, instead of the container host. */
  readonly program?: string | undefined;
  /**
   * What tells this installation's containers and volumes from those of others on the same engine; 1-24 of `[a-z0-9-]`. Without
   * one it is made up once and kept in the dispatcher's state folder.
   */
  readonly installation?: string | undefined;
  /**
   * `none`: a container has a network of its own with nothing in it, and what it may reach comes through the gate. Any other
   * name is a network of the engine that reaches what it reaches.
   */
  readonly network: string;
  /** The folder (absolute) or volume (a name) that the gate's sockets are in: deploy/docker/src/gate. */
  readonly gate?: string | undefined;
  /** Processors a container may use, such as 1.5. */
  readonly cpus: number;
  readonly memoryMb: number;
  /** Processes and threads. */
  readonly pids: number;
  /** Of /tmp, which is memory. */
  readonly tmpMb: number;
  /** How often the engine asks a container whether its program reacts. */
  readonly healthMs: number;
}

/**
 * An agent server takes 400-700 MB after its first turns (runtime.md §1) and its threads count as processes; two processors are
 * what six agents that wait for a model most of the time need.
 */
export const defaultDockerSettings: DockerSettings = {
  engine: "unix:///var/run/docker.sock",
  image: "gastown-agent",
  network: "none",
  cpus: 2,
  memoryMb: 4_096,
  pids: 2_048,
  tmpMb: 512,
  healthMs: 15_000,
};
