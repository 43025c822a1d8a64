-- Merges the staged rows into the catalogue, within the shards, and returns the counts. Unchanged
-- products are neither locked nor rewritten; rows that only the catalogue can reject go to
-- late_rejects. What writes runs after what only reads, in the order in which it stands here.
-- $1 to $5: see load/classify.sql and load/reject.sql; $6 bigint: the job
-- $7 boolean: insert by ON CONFLICT too; here that is always so
-- $8 integer: how many rows stand for a product, so that the unchanged need not be counted
-- $9 boolean: tell what became of each row; the numbers of rows come as integers of four bytes
-- $10 boolean: some rows delete; $11 boolean: some rows may be skipped
with classified as not materialized (
  {{load/classify}}
),
-- What is to be written, to be held against what was.
wanted as materialized (
  select
    count(*) filter (where verdict = 'insert') as inserts,
    count(*) filter (where verdict = 'update') as updates,
    count(*) filter (where verdict = 'delete') as deletes,
    string_agg(int4send(row_number), '')
      filter (where $9::boolean and verdict = 'insert') as insert_rows,
    string_agg(int4send(row_number), '')
      filter (where $9::boolean and verdict = 'update') as update_rows,
    string_agg(int4send(row_number), '')
      filter (where $9::boolean and verdict = 'delete') as delete_rows
  from classified
),
rejected as (
  {{load/reject}}
),
skipped as materialized (
  select
    count(*) as rows,
    string_agg(int4send(row_number), '') filter (where $9::boolean) as numbers
  from classified
  where $11::boolean and verdict = 'skip'
),
merged as (
  insert into prodimport.products as p
    (id, sku_key, sku, name, description, price, active, owner, images, attributes, job_id,
     created_at, updated_at)
  overriding system value
  select
    coalesce(id, new_id),
    sku_key, sku, name, description, price, active, owner, images, attributes, $6::bigint,
    coalesce(created_at, date_trunc('milliseconds', statement_timestamp())),
    date_trunc('milliseconds', statement_timestamp())
  from classified
  where verdict in ('insert', 'update') and $7::boolean is not null
  order by sku_key
  on conflict (lower(sku)) do update set
    {{load/overwrite}}
  returning (xmax = 0) as is_new
),
deleted as (
  delete from prodimport.products p
  -- What load/classify calls so, without joining the catalogue with itself.
  using staging s
  where $10::boolean
    and s.action = 'd'
    and {{load/same_sku}}
    and (s.owner <> p.owner) is not true
  returning 1
),
counts as (
  select
    count(*) filter (where is_new) as inserted,
    count(*) filter (where not is_new) as updated,
    (select count(*) from deleted) as deleted,
    (select count(*) from rejected) as rejected,
    (select rows from skipped) as skipped
  from merged
)
select
  inserted::integer,
  updated::integer,
  deleted::integer,
  rejected::integer,
  skipped::integer,
  ($8::integer - inserted - updated - deleted - rejected - skipped)::integer as unchanged,
  inserted = inserts and updated = updates and deleted = deletes as as_wanted,
  insert_rows,
  update_rows,
  delete_rows,
  (select numbers from skipped) as skip_rows
from counts
cross join wanted
