import * as contracts from "@gastown/contracts";
import { subjectOf, type Command, type Descriptor, type Query } from "@gastown/contracts";

const second = 1_000_000_000;

/** What a container host tells and asks: all that it does for its agents, and about them. */
export const containerMessages: readonly (Command | Query)[] = [
  contracts.containerHeartbeat,
  contracts.reportContainerAgent,
  contracts.tellAgentModel,
  contracts.tellAgentRescue,
  contracts.agentDone,
  contracts.agentCheckpoint,
  contracts.agentStatusMessage,
  contracts.sendMail,
  contracts.checkMail,
  contracts.sendNudge,
  contracts.raiseEscalation,
  contracts.resolveTriage,
  contracts.advanceMolecule,
  contracts.createBead,
  contracts.updateBead,
  contracts.closeBead,
  contracts.createConvoy,
  contracts.startConvoy,
  contracts.addToConvoy,
  contracts.removeFromConvoy,
  contracts.closeConvoy,
  contracts.acknowledgeEscalation,
  contracts.primeAgent,
  contracts.listRigs,
  contracts.listAgents,
  contracts.listBeads,
  contracts.explainBead,
  contracts.listConvoys,
  contracts.getConvoy,
  contracts.getBead,
  contracts.getMolecule,
  contracts.getTownVerdict,
  contracts.repoCredential,
];

/** The inbox of a town's container hosts: nobody else's answers arrive there. */
export function containerInbox(town: string): string {
  return `_INBOX_container_${town}`;
}

/**
 * What a container host may do on the bus, in the words of a user's claims: speak and ask for its town, be asked, store its agents'
 * output and sessions, and serve its agents' terminals. It reads no stream but the sessions of its town, and answers only who asked.
 */
export function containerPermissions(town: string): object {
  return {
    pub: {
      allow: [
        ...containerMessages.flatMap((message) => publishedAs(message, town)),
        `out.${town}.*`,
        `snap.${town}.>`,
        `$JS.API.DIRECT.GET.SNAP.snap.${town}.>`,
        `term.${town}.*.*.out`,
      ],
    },
    sub: {
      allow: [`${containerInbox(town)}.>`, `container.${town}.*`, `verdict.town.${town}.*`, `term.${town}.>`],
    },
    resp: { max: 1, ttl: 60 * second },
  };
}

/** A server below 2.10 checks the subject of a command as its mapping made it, with the shard. */
function publishedAs(message: Descriptor, town: string): string[] {
  const subject = subjectOf(message, town);
  return message.kind === "command" ? [subject, `${subject}.*`] : [subject];
}
