import type { DiskGit } from "../github-double/ports.ts";
import type { GitlabFaults, HookKind, Person, Project, Token } from "./types.ts";

/** Something a hook may tell of. */
export interface ProjectEvent {
  readonly project: Project;
  readonly kind: HookKind;
  /** Called only when it is going to be sent. */
  body(): unknown;
}

/** All there is, and what everything in the double needs. */
export interface GitlabState {
  readonly webUrl: () => string;
  readonly git: DiskGit;
  readonly people: Person[];
  readonly projects: Project[];
  readonly tokens: Token[];
  readonly faults: GitlabFaults;
  readonly mergeabilityMs: number;
  now(): number;
  newId(): number;
  emit(event: ProjectEvent): void;
  /** Work that goes on after an answer; `settled` waits for it. */
  later(work: () => Promise<void>): void;
}

export function personOf(state: GitlabState, username: string): Person {
  const known = state.people.find((person) => person.username === username);
  if (known !== undefined) return known;
  const made = { id: state.newId(), username, name: username, bot: false };
  state.people.push(made);
  return made;
}

/** A role in the project as a number; 0: none. */
export function roleOf(project: Project, person: Person): number {
  return project.members.get(person) ?? 0;
}
