import type { Command } from "@gastown/contracts";

/** Says something to the town; the world decides whether, when and how often it is heard. */
export type Tell = <C extends Command>(command: C, data: C["data"]["_zod"]["input"], actor?: string) => void;
