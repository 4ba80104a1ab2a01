/** What a job of the libraries that are compared writes: one row, which its id makes happen once. */
export const effectsTable =
  "create table effects (id text primary key, town text not null, job jsonb not null, at timestamptz not null default now())";

/** Writes the row of a job. */
export const insertEffect = {
  name: "insert-effect",
  text: "insert into effects (id, town, job) values ($1, $2, $3) on conflict do nothing",
};
