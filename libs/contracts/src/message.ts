import { z } from "zod";

/** The services that own facts; the gateway owns none. */
export type Owner = "town" | "dispatcher" | "scm";
/**
 * Who tells events: owners what they did, the gateway what people do at it that no owner hears of, the programs of an installation how
 * they fare.
 */
type Teller = Owner | "gateway" | "installation";

/** What a message is for: a command asks its owner to act, an event tells what its owner did, a query asks its owner. */
export type Kind = "command" | "event" | "query";

/** One message of the catalogue: its name, who owns it, the schema of its data and the version of that schema. */
export interface Descriptor<Data extends z.ZodType = z.ZodType> {
  readonly kind: Kind;
  readonly owner: Teller;
  readonly entity: string;
  readonly verb: string;
  readonly version: number;
  readonly summary: string;
  readonly data: Data;
  /** `<owner>.<entity>.<verb>`: the CloudEvents type. */
  readonly type: string;
}
export interface Command<Data extends z.ZodType = z.ZodType> extends Descriptor<Data> {
  readonly kind: "command";
  readonly owner: Owner;
  /** It may be sent to all towns at once (`_`); other commands are always one town's. */
  readonly installationWide?: boolean;
}
export interface Event<Data extends z.ZodType = z.ZodType> extends Descriptor<Data> {
  readonly kind: "event";
}
export interface Query<
  Data extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> extends Descriptor<Data> {
  readonly kind: "query";
  readonly owner: Owner;
  readonly reply: Reply;
}

/** The data a message of this descriptor carries. */
export type DataOf<D extends Descriptor> = z.infer<D["data"]>;
/** The answer to a query of this descriptor. */
export type ReplyOf<Q extends Query> = z.infer<Q["reply"]>;

interface Definition<Data extends z.ZodType, By extends Teller = Owner> {
  owner: By;
  entity: string;
  verb: string;
  version?: number;
  summary: string;
  data: Data;
}

function define<K extends Kind, Data extends z.ZodType, By extends Teller>(kind: K, d: Definition<Data, By>) {
  return { kind, ...d, version: d.version ?? 1, type: `${d.owner}.${d.entity}.${d.verb}` };
}

/** Describes a command: `owner` is who must act. */
export function defineCommand<Data extends z.ZodType>(
  definition: Definition<Data> & Pick<Command, "installationWide">,
): Command<Data> {
  return define("command", definition);
}

/** Describes an event: `owner` is who speaks; `verb` is in the past tense. */
export function defineEvent<Data extends z.ZodType>(definition: Definition<Data, Teller>): Event<Data> {
  return define("event", definition);
}

/** Describes a query: `owner` is who answers, over request/reply. */
export function defineQuery<Data extends z.ZodType, Reply extends z.ZodType>(
  definition: Definition<Data> & { reply: Reply },
): Query<Data, Reply> {
  return { ...define<"query", Data, Owner>("query", definition), reply: definition.reply };
}

/** The `dataschema` of a message: `<owner>:<entity>.<verb>:<version>`, with the kind before it. */
export function schemaName(d: Descriptor): string {
  return `${d.kind}:${d.owner}:${d.entity}.${d.verb}:${d.version}`;
}
