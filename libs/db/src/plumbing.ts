/**
 * The tables every service's schema has beside its own, as versions in order: what was released is never changed, only
 * followed. Names are not qualified: they are made in the service's schema.
 *
 * inbox: one row for each command that has a verdict (nats §3.2), kept 30 days, longer than any stream keeps commands.
 * outbox: messages to publish; `town_seq` is their order in their town. Kept 24 h after they were sent (nats §5.2).
 * `verdict` and `body` are json and not jsonb: they are kept as they were written, to the letter.
 */
export const plumbing: readonly string[] = [
  `
  create table inbox (
    msg_id text not null,
    consumer text not null,
    town text not null,
    stream text not null,
    seq bigint not null,
    outcome text not null,
    verdict json not null,
    at timestamptz not null default now(),
    primary key (msg_id, consumer)
  );
  create index inbox_at on inbox (at);

  create table outbox (
    id text primary key,
    town text not null,
    town_seq bigint not null,
    kind text not null check (kind in ('command', 'event')),
    subject text not null,
    body json not null,
    traceparent text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    stream_seq bigint,
    unique (town, town_seq)
  );
  create index outbox_pending on outbox (town, town_seq) where sent_at is null;
  create index outbox_sent on outbox (sent_at) where sent_at is not null;
  create index outbox_events on outbox (stream_seq) where kind = 'event' and sent_at is not null;

  create table outbox_town (town text primary key, last_seq bigint not null);
  create table town_seq (town text primary key, seq bigint not null);

  create table leases (
    name text primary key,
    epoch bigint not null,
    holder text not null,
    acquired_at timestamptz not null default now()
  );
  `,
];
