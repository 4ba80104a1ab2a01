import { noTown } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { JsMsg } from "@nats-io/jetstream";
import type { Bus } from "../connect.ts";
import { reasonOf } from "../consume/run-handler.ts";
import { fileDeadLetter } from "../dead-letters.ts";
import { settle } from "../settle.ts";
import { hookConsumer } from "../topology.ts";
import { unpackHookBody } from "./hook-body.ts";
import { readHookFields } from "./hook-fields.ts";
import type { HookOutcome, ReceivedHook } from "./received-hook.ts";

/** How deliveries are settled. */
export interface HookSettling {
  readonly bus: Bus;
  /** Who files dead letters. */
  readonly service: string;
  readonly logger: Logger;
  /** The wait before the 2nd, 3rd, ... delivery, in milliseconds. After the last one comes one more. */
  readonly delays: readonly number[];
}

/** Why a delivery is given up. */
export interface WhyDead {
  readonly code: string;
  readonly reason: string;
}

/** The delivery in a message, or why there is none, or none any more. */
export async function openHook(message: JsMsg, { delays }: HookSettling): Promise<ReceivedHook | WhyDead> {
  const { subject, headers: header, seq, time, data: body } = message;
  const deliveries = message.info.deliveryCount;
  // It was never settled: whoever had it died of it, or of another one in the same hand.
  if (deliveries > delays.length + 1)
    return { code: "max_deliveries", reason: "its handler died, or was silent, at each delivery" };
  const fields = readHookFields({ subject, header, seq, time, body });
  if (fields === null) return { code: "undecodable", reason: `${subject} is no webhook of ours` };
  try {
    return { ...fields, seq, deliveries, body: await unpackHookBody({ encoding: fields.encoding, body }) };
  } catch (error) {
    return { code: "undecodable", reason: `its body cannot be unpacked: ${reasonOf(error)}` };
  }
}

/** Settles a message as its outcome demands. */
export async function settleHook(settling: HookSettling, message: JsMsg, outcome: HookOutcome): Promise<void> {
  switch (outcome.outcome) {
    case "done":
      return settle.done(message);
    case "dead":
      return giveUpHook(settling, message, { code: outcome.code, reason: outcome.message });
    case "retry":
      return retry(settling, message, reasonOf(outcome.error));
  }
}

async function retry(settling: HookSettling, message: JsMsg, reason: string): Promise<void> {
  const { deliveryCount } = message.info;
  const delay = settling.delays[deliveryCount - 1];
  if (delay === undefined) return giveUpHook(settling, message, { code: "retries_exhausted", reason });
  const { seq, subject } = message;
  settling.logger.warn({ seq, subject, deliveryCount, delay, reason }, "a webhook is tried again");
  settle.again(message, delay);
}

/** There is a dead letter of the message, and it never comes again; or it comes again, when the letter could not be filed. */
export async function giveUpHook(
  { bus, service, logger, delays }: HookSettling,
  message: JsMsg,
  why: WhyDead,
): Promise<void> {
  const { seq, subject, data: body, headers, info } = message;
  const original = { stream: "HOOK", consumer: hookConsumer, seq, subject, body, headers };
  try {
    await fileDeadLetter(bus, { ...original, ...why, service, town: noTown, deliveries: info.deliveryCount });
  } catch (error) {
    logger.error({ seq, subject, ...why, err: error }, "a dead letter could not be filed");
    return settle.again(message, delays.at(-1) ?? 0);
  }
  logger.error({ seq, subject, ...why }, "a webhook is a dead letter");
  settle.term(bus, message, why.code);
}
