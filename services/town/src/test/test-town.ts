import { ask, newEnvelope, sendCommand } from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import type { BeadView, Command, DataOf, Envelope, Event, Job, Query, ReplyOf, Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import type { UsedTown } from "./use-town.ts";

/** What a sender writes: defaults may be left out. */
type Input<D extends Command | Query> = D["data"]["_zod"]["input"];
type Done = DataOf<typeof contracts.agentDone>;
/** What becomes of the start of an agent, beside its state. */
type Ending = { readonly reason?: string; readonly cause?: contracts.EndCause };

/** How long an answer, or what follows from it, is waited for. */
const patienceMs = 60_000;

/** A town of a test's own, spoken to as people, agents, the dispatcher and the forge do. */
export class TestTown {
  readonly id: string;
  protected readonly used: UsedTown;

  constructor(used: UsedTown, id: string) {
    this.used = used;
    this.id = id;
  }

  /** Makes the town, with one rig that is ready; answers itself. */
  async found(policy: contracts.PolicyOverride = {}, rig: Partial<Input<typeof contracts.addRig>> = {}): Promise<this> {
    await this.applied(contracts.createTown, { name: this.id, policy });
    await this.addRig("web", "gt", rig);
    return this;
  }

  /** Adds a rig, which the forge is asked for and says to be ready. */
  async addRig(rig: string, prefix: string, fields: Partial<Input<typeof contracts.addRig>> = {}): Promise<void> {
    await this.applied(contracts.addRig, { rig, prefix, source: `/src/${rig}`, ...fields });
    await this.waitFor(contracts.registerRepo, (asked) => asked.rig === rig);
    await this.rigReady(rig);
  }

  /** As the forge: the rig's repository is there. */
  rigReady(rig: string): Promise<Verdict> {
    const usable = { defaultBranch: "main", cloneUrl: `http://forge/${rig}.git`, reason: null };
    return this.send(contracts.reportRig, { rig, state: "ready", ...usable }, "service:scm");
  }

  async send<C extends Command>(command: C, data: Input<C>, actor = "user:ann"): Promise<Verdict> {
    const envelope = newEnvelope(command, { town: this.id, data, actor, source: "/test" });
    return sendCommand(this.used.bus, command, envelope, { timeoutMs: patienceMs });
  }

  /** The result of a command, which throws unless it is applied. */
  async applied<C extends Command>(command: C, data: Input<C>, actor?: string): Promise<Record<string, unknown>> {
    const verdict = await this.send(command, data, actor);
    if (verdict.outcome !== "applied") throw new Error(`${command.type} was ${verdict.outcome}: ${verdict.message}`);
    return verdict.result ?? {};
  }

  async read<Q extends Query>(query: Q, data: Input<Q>): Promise<ReplyOf<Q>> {
    return (await ask(this.used.bus, query, { town: this.id, data, timeoutMs: patienceMs })).data;
  }

  /** What the dispatcher or the forge was asked for by this command, oldest first. */
  asked<C extends Command>(command: C, matches: (data: DataOf<C>) => boolean = () => true): DataOf<C>[] {
    return this.dataOf(this.used.asked, command).filter(matches);
  }

  /** The last of what was asked for by this command, when there is any. */
  waitFor<C extends Command>(command: C, matches?: (data: DataOf<C>) => boolean): Promise<DataOf<C>> {
    return eventually(
      () => {
        const found = this.asked(command, matches).at(-1);
        if (found === undefined) throw new Error(`${command.type} was not asked for`);
        return found;
      },
      { timeoutMs: patienceMs },
    );
  }

  /** What events of this kind said of this town, oldest first. */
  told<E extends Event>(event: E): DataOf<E>[] {
    return this.dataOf(this.used.events, event);
  }

  /**
   * All that the town has committed so far to tell was heard: its events and its orders, which come by ways of their own. So what
   * `told` and `asked` answer then is whole, and what they have not was not told.
   */
  async heard(): Promise<void> {
    await eventually(
      async () => {
        const { rows } = await this.used.db.drizzle.execute<{ id: string }>(
          sql`select id from outbox where town = ${this.id}`,
        );
        const come = new Set([...this.used.asked, ...this.used.events].map(({ id }) => id));
        const missing = rows.filter(({ id }) => !come.has(id)).length;
        if (missing > 0) throw new Error(`${missing} of ${rows.length} messages of ${this.id} have not come`);
      },
      { timeoutMs: patienceMs },
    );
  }

  async create(fields: Partial<Input<typeof contracts.createBead>> = {}): Promise<string> {
    const { bead } = await this.applied(contracts.createBead, { rig: "web", title: "Do it", ...fields });
    return String(bead);
  }

  bead(bead: string): Promise<BeadView> {
    return this.read(contracts.getBead, { bead });
  }

  /** Why a bead is where it is, in one sentence. */
  async says(bead: string): Promise<string> {
    return (await this.read(contracts.explainBead, { bead })).summary;
  }

  /** As the dispatcher: the start of an agent is in this state. */
  report(
    { agent, generation }: Pick<Job, "agent" | "generation">,
    state: "running" | "exited" | "failed",
    { reason = "", cause }: Ending = {},
  ): Promise<Verdict> {
    const why = cause === undefined ? { reason } : { reason, cause };
    const data = { agent, generation, state, ...why, at: new Date().toISOString() };
    return this.send(contracts.reportAgent, data, "service:dispatcher");
  }

  /** As the agent: it ends its work on its bead. */
  done({ agent, generation, bead }: Job, outcome: Done["outcome"], head?: string): Promise<Verdict> {
    const pushed = head === undefined ? {} : { head };
    const data = { agent, generation, bead: bead.bead, outcome, ...pushed, summary: "what I did" };
    return this.send(contracts.agentDone, data, `agent:${agent}`);
  }

  /** When its rules are looked at next, in milliseconds since 1970, and how often it was saved. */
  async row(): Promise<{ due: number | null; version: number }> {
    const { rows } = await this.used.db.drizzle.execute<{ due: string | null; version: number }>(sql`
      select (extract(epoch from next_look_at) * 1000)::text as due, version from town.towns where town = ${this.id}`);
    const [row] = rows;
    if (row === undefined) throw new Error(`there is no town ${this.id}`);
    return { due: row.due === null ? null : Math.round(Number(row.due)), version: row.version };
  }

  /** Its log, decided again: what is stored must come of it (R17). */
  replay(): Promise<ReplyOf<typeof contracts.replayTown>> {
    return this.read(contracts.replayTown, {});
  }

  /** What the town is that does not follow from its log, and what is decided otherwise when its inputs are decided again. */
  async differences(): Promise<string[]> {
    return (await this.replay()).differences;
  }

  private dataOf<D extends Command | Event>(envelopes: readonly Envelope[], descriptor: D): DataOf<D>[] {
    return envelopes
      .filter(({ townid, type }) => townid === this.id && type === descriptor.type)
      .map(({ data }) => data as DataOf<D>);
  }
}
