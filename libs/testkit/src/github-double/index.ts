export { startGithubDouble } from "./double.ts";
export { WorldRefusal } from "./world/world-refusal.ts";
export { World } from "./world/world.ts";
export type * from "./types.ts";
