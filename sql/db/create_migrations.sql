-- Makes the table that says which migrations were applied.
create table if not exists prodimport.migrations (
  version integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
)
