import { noTown, type Owner } from "@gastown/contracts";

/** Where provisioning asks what becomes of a command. No town can have it, and consumers pass over it. */
export function probeSubject(owner: Owner): string {
  return `cmd.${owner}.${noTown}.provision.probe`;
}

/** True for a probe, with or without its shard. */
export function isProbe(owner: Owner, subject: string): boolean {
  return subject === probeSubject(owner) || subject.startsWith(`${probeSubject(owner)}.`);
}
