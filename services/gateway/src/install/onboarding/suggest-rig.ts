/** A name and a prefix for a repository's rig, from the end of its address: letters it may have, and nothing when none is left. */
export function suggestRig(source: string): { rig: string; prefix: string } {
  const last =
    source
      .replace(/(?:\.git)?\/*$/, "")
      .split(/[/:]/)
      .at(-1) ?? "";
  const rig = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 32)
    .replaceAll(/^-+|-+$/g, "");
  const parts = rig
    .split("-")
    .map((part) => part.replaceAll(/[^a-z]/g, ""))
    .filter((part) => part !== "");
  const initials = parts.map((part) => part[0]).join("");
  const prefix = initials.length >= 2 ? initials : parts.join("");
  return { rig, prefix: prefix.length >= 2 ? prefix.slice(0, 2) : "" };
}
