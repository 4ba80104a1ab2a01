import type { Session } from "./session.ts";

/** How far a claim pushes `next_look_at`: how late a key is looked at again when its looker died. A look may take longer. */
const claimFor = "15 seconds";

export interface Claim {
  key: string;
  /** The `next_look_at` the claim wrote; another value there was written by somebody else. */
  until: string;
}

interface Taken {
  claimed: Claim[];
  nextInMs: number | null;
}

export interface DueClaims {
  /**
   * Claims up to `count` keys that have been due for `forMs`, and answers in how many ms the next one will have been (null: never;
   * 0 or less: now).
   */
  take(count: number, wanted: { except: readonly string[]; forMs: number }): Promise<Taken>;
  /** Makes the key due later, unless somebody has said otherwise since the claim. */
  postpone(claim: Claim, afterMs: number): Promise<void>;
  /** Lets others look at the key. */
  release(claim: Claim): Promise<void>;
}

/**
 * Claims rows of a table by its `next_look_at`. A claim is two things: the pushed time keeps the key from being due, and a
 * lock of the session keeps others off when somebody marks the key as due again while it is looked at.
 */
export function createDueClaims(session: Session, names: { schema: string; table: string; key: string }): DueClaims {
  const { table, key } = names;
  const lock = (column: string) => `hashtextextended('due ${names.schema} ' || $1 || ' ' || ${column}, 0)`;
  const take = `
    with due as materialized (
      select ${key} as key from ${table}
      where next_look_at <= now() - $4 * interval '1 millisecond' and ${key} <> all($2::text[])
      order by next_look_at limit $3 for update skip locked
    ), mine as materialized (
      select key from due where pg_try_advisory_lock(${lock("key")})
    ), claimed as (
      update ${table} set next_look_at = now() + interval '${claimFor}'
      from mine where ${table}.${key} = mine.key
      returning mine.key, next_look_at::text as until
    )
    select
      (select coalesce(json_agg(claimed), '[]') from claimed) as claimed,
      (select (extract(epoch from min(next_look_at) - now()) * 1000)::float8 + $4 from ${table}
       where ${key} <> all($2::text[]) and ${key} not in (select key from claimed)) as "nextInMs"`;
  return {
    async take(count, { except, forMs }) {
      const [row] = await session.query<{ claimed: Claim[]; nextInMs: number | null }>(take, [
        table,
        except,
        count,
        forMs,
      ]);
      if (row === undefined) throw new Error("the database did not answer the claim");
      return row;
    },
    async postpone(claim, afterMs) {
      await session.query(
        `update ${table} set next_look_at = now() + $3 * interval '1 millisecond'
         where ${key} = $1 and next_look_at = $2::timestamptz`,
        [claim.key, claim.until, afterMs],
      );
    },
    async release(claim) {
      await session.query(`select pg_advisory_unlock(${lock("$2::text")})`, [table, claim.key]);
    },
  };
}
