import type { ContainerSpec } from "../container-runtime.ts";

/** The labels of all that this runtime makes on an engine. They are its only memory. */
const labels = {
  installation: "gastown.installation",
  town: "gastown.town",
  generation: "gastown.generation",
  container: "gastown.container",
};

/** What the labels of a container say. */
export type LabelledContainer = Pick<ContainerSpec, "name" | "town" | "generation">;

/** The labels of a container. */
export function containerLabels(
  installation: string,
  { name, town, generation }: LabelledContainer,
): Record<string, string> {
  return {
    [labels.installation]: installation,
    [labels.town]: town,
    [labels.generation]: String(generation),
    [labels.container]: name,
  };
}

/** What a container's labels say; null when it is none of ours. */
export function readLabels(given: Readonly<Record<string, string>>): LabelledContainer | null {
  const { [labels.container]: name, [labels.town]: town, [labels.generation]: number } = given;
  const generation = Number(number);
  if (name === undefined || town === undefined || !Number.isInteger(generation)) return null;
  return { name, town, generation };
}

/** The labels of a town's volume. */
export function volumeLabels(installation: string, town: string): Record<string, string> {
  return { [labels.installation]: installation, [labels.town]: town };
}

/** The filter of the engine's lists for one installation, or one of its towns. */
export function labelFilter(installation: string, town?: string): string[] {
  const own = `${labels.installation}=${installation}`;
  return town === undefined ? [own] : [own, `${labels.town}=${town}`];
}

/**
 * What a container is called on the engine, which refuses a second one of the name. The underscores are in no installation and in
 * no town, so that two of them never make the same name.
 */
export function engineName(installation: string, container: string): string {
  return `gastown_${installation}_${container}`;
}

/** The volume that a town's containers keep their files in, one after the other. */
export function volumeName(installation: string, town: string): string {
  return `gastown_${installation}_${town}`;
}
