import type { Directory, DiskGit, WorldEvent } from "../ports.ts";
import type { Faults, MergeabilityOptions } from "../types.ts";
import { AutoMerge } from "./auto-merge.ts";
import { Branches } from "./branches.ts";
import { Checks } from "./checks.ts";
import { Merging } from "./merging.ts";
import { People } from "./people.ts";
import { Pulls } from "./pulls.ts";
import { Pushes } from "./pushes.ts";
import { Queue } from "./queue.ts";
import { Readings } from "./readings.ts";
import { Repositories } from "./repositories.ts";
import { Reviews } from "./reviews.ts";
import { Rules } from "./rules.ts";
import { Threads } from "./threads.ts";
import type { Urls, WorldCore, WorldNode } from "./world-core.ts";
import { worldDirectory } from "./world-directory.ts";

export interface WorldOptions {
  readonly now: () => number;
  readonly emit: (event: WorldEvent) => void;
  readonly urls: Urls;
  /** Asked for at the first repository on disk. */
  readonly disk: () => Promise<DiskGit>;
  readonly mergeability: MergeabilityOptions;
  readonly faults: Pick<Faults, "staleReplicaMs">;
}

/**
 * The state of a made-up github.com, and the hands of everybody who uses it without our API: what GitHub would refuse them
 * is refused here too, as `WorldRefusal`, and what GitHub would tell of is told to `emit`. No I/O but git's.
 */
export class World {
  readonly people: People;
  readonly repositories: Repositories;
  readonly rules: Rules;
  readonly branches: Branches;
  readonly pulls: Pulls;
  readonly reviews: Reviews;
  readonly threads: Threads;
  readonly checks: Checks;
  readonly readings: Readings;
  readonly merging: Merging;
  readonly queue: Queue;
  readonly autoMerge: AutoMerge;
  readonly directory: Directory;
  readonly core: WorldCore;

  constructor(options: WorldOptions) {
    const nodes = new Map<string, WorldNode>();
    const core: WorldCore = {
      now: options.now,
      nextId,
      nodes,
      mergeability: options.mergeability,
      faults: options.faults,
      json: { urls: options.urls, account: (login) => this.people.account(login) },
      emit: options.emit,
      settle: (repository) => this.autoMerge.settle(repository),
    };
    this.core = core;
    this.people = new People(core);
    this.repositories = new Repositories({ core, people: this.people, disk: options.disk });
    const pushes = new Pushes(core, this.repositories);
    this.rules = new Rules(core);
    this.branches = new Branches(core, pushes);
    this.pulls = new Pulls(core, this.people);
    this.reviews = new Reviews(core, this.people);
    this.threads = new Threads(core, this.people);
    this.checks = new Checks(core);
    this.readings = new Readings(core, this.repositories);
    this.merging = new Merging({ core, readings: this.readings, pushes });
    this.queue = new Queue({ core, readings: this.readings, merging: this.merging });
    this.autoMerge = new AutoMerge({ core, readings: this.readings, merging: this.merging, queue: this.queue });
    this.directory = worldDirectory(this.people, this.repositories);
  }
}

/** One count for all worlds of a process, so that no two doubles share an id (scm §5.2). */
let last = 1_000_000;
function nextId(): number {
  last += 1;
  return last;
}
