export { startGitlabDouble, type GitlabDouble } from "./gitlab-double.ts";
export type { GitlabWorld, ProjectWish } from "./gitlab-world.ts";
export {
  roles,
  type GitlabCall,
  type GitlabDoubleOptions,
  type GitlabFaults,
  type Hook,
  type HookEvent,
  type MergeRequest,
  type Project,
  type ProjectSettings,
  type Token,
} from "./types.ts";
