import { buildEnvelope, type Descriptor, type Envelope, type EnvelopeDraft } from "@gastown/contracts";
import { injectTrace } from "@gastown/telemetry";

/** What may be given as the data of a message: fields with a default may be left out. */
export type InputOf<D extends Descriptor> = D["data"]["_zod"]["input"];

/** What a message says, before it is one; `EnvelopeDraft` has the meaning of each. */
export interface EnvelopeInput<D extends Descriptor = Descriptor> extends Omit<EnvelopeDraft, "data" | "time"> {
  data: InputOf<D>;
  time?: Date | string | undefined;
}

/**
 * A valid envelope of this message, its data's defaults filled in, created in the active span unless another context is given.
 * Throws InvalidMessageError, which names each wrong field.
 */
export function newEnvelope<D extends Descriptor>(
  d: D,
  input: EnvelopeInput<D>,
): Envelope<D["data"]["_zod"]["output"]> {
  return buildEnvelope(d, {
    ...input,
    time: input.time === undefined ? undefined : new Date(input.time),
    traceparent: input.traceparent ?? injectTrace().traceparent,
  });
}
