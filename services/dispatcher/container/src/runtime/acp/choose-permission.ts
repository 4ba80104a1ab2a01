import { isAbsolute, relative, resolve } from "node:path";
import type { RequestPermissionRequest, RequestPermissionResponse, ToolKind } from "@agentclientprotocol/sdk";
import type { AgentSpec } from "../agent-runtime.ts";

const changing: ReadonlySet<ToolKind> = new Set(["edit", "delete", "move"]);

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && !isAbsolute(way);
}

/**
 * Answers for a person, as nobody is there: everything is given, but changes of files by an agent that only reads, and changes outside its
 * worktree and its home. A program that asks for nothing is held by its container alone. Pure.
 */
export function choosePermission(
  { toolCall, options }: Pick<RequestPermissionRequest, "toolCall" | "options">,
  { cwd, home, readOnly }: Pick<AgentSpec, "cwd" | "home" | "readOnly">,
): RequestPermissionResponse {
  const changes = changing.has(toolCall.kind ?? "other");
  const paths = (toolCall.locations ?? []).map(({ path }) => resolve(cwd, path));
  const outside = paths.some((path) => !isWithin(cwd, path) && !isWithin(home, path));
  const wanted = changes && (readOnly || outside) ? ["reject_once", "reject_always"] : ["allow_once", "allow_always"];
  const chosen = wanted.map((kind) => options.find((option) => option.kind === kind)).find((one) => one !== undefined);
  return {
    outcome: chosen === undefined ? { outcome: "cancelled" } : { outcome: "selected", optionId: chosen.optionId },
  };
}
