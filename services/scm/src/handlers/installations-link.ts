import {
  installationLinked,
  installationRequested,
  type DataOf,
  type linkInstallation,
  type requestInstallation,
} from "@gastown/contracts";
import { installationDraft } from "../store/installation-change.ts";
import { takeProof } from "../store/installation-proofs.ts";
import { addRequest, takeRequest } from "../store/installation-requests.ts";
import { lockInstallation, setOwner } from "../store/installations.ts";
import { applied, refused, type Deciding, type Ruling } from "./ruling.ts";

const staleProof = "What was verified is too old, was used, or is somebody else's. Start again at the beginning.";

/** The town's rigs may use the installation; it is nobody else's, and somebody showed that it is theirs to give. */
export async function decideLinkInstallation({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof linkInstallation>>): Promise<Ruling> {
  const proved = await takeProof(tx, { ...data, owner: town });
  const { row } = await lockInstallation(tx, data.installation, town);
  if (proved === null || row === null) return refused("stale", staleProof);
  if (row.state === "removed") return refused("wrong_state", `The App was removed from ${row.accountLogin}.`);
  if (row.owner !== null && row.owner !== town)
    return refused("already_exists", `The installation on ${row.accountLogin} is linked to another owner.`);
  const by = envelope.actor;
  const linked = await setOwner(tx, { id: row.id, owner: town, by });
  await takeRequest(tx, proved.person);
  const event = { installation: row.id, account: row.accountLogin, by };
  const outbox = linked ? [installationDraft(installationLinked, { town, id: row.id, data: event, by })] : [];
  return applied({ installation: row.id }, outbox);
}

/** An owner of the person's organization is waited for: what they install for this person is linked to the town. */
export async function decideRequestInstallation({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof requestInstallation>>): Promise<Ruling> {
  const proved = await takeProof(tx, { ...data, owner: town, installation: null });
  if (proved === null) return refused("stale", staleProof);
  const { person, login } = proved;
  const by = envelope.actor;
  const added = await addRequest(tx, { requester: person, login, owner: town, by });
  if (!added) return refused("already_exists", `${login} asked for the App before and is still waited for.`);
  const event = { requester: login, by };
  return applied({ requester: login }, [
    installationDraft(installationRequested, { town, id: `of-${person}`, data: event, by }),
  ]);
}
