-- Merges the staged rows into the catalogue, in key order, and returns the counts. Unchanged products
-- are neither locked nor rewritten; rows that only the catalogue can reject go to late_rejects.
-- New products are inserted plainly, changed ones by ON CONFLICT: each half pays for what it needs.
-- $1 to $5: see load/classify.sql and load/reject.sql; $6 bigint: the job
-- $7 boolean: insert by ON CONFLICT too, as another writer has just added one of the new SKUs
-- $8 boolean: some rows delete; $9 boolean: some rows may be skipped
-- $10 integer: how many rows stand for a product, so that the unchanged need not be counted
-- $11 boolean: tell what became of each row; the numbers of rows come as integers of four bytes
with classified as not materialized (
  {{load/classify}}
),
-- Stored once for all that writes: each would join the whole catalogue again. Most reloads change
-- little, so that it is small; where all is new, storing it costs nothing that could be measured.
to_write as materialized (
  select
    id, sku, name, description, price, active, owner, images, attributes, created_at, verdict,
    row_number
  from classified
  where verdict in ('insert', 'update', 'delete')
),
-- What was to be written, to be held against what was.
wanted as (
  select
    count(*) filter (where verdict = 'insert') as inserts,
    count(*) filter (where verdict = 'update') as updates,
    count(*) filter (where verdict = 'delete') as deletes,
    string_agg(int4send(row_number), '') filter (where $11::boolean and verdict = 'insert') as insert_rows,
    string_agg(int4send(row_number), '') filter (where $11 and verdict = 'update') as update_rows,
    string_agg(int4send(row_number), '') filter (where $11 and verdict = 'delete') as delete_rows
  from to_write
),
-- What is compared is known; nothing is written before.
compared as materialized (
  select prodimport.note_step('writing') and inserts is not null as is_compared
  from wanted
),
rejected as (
  {{load/reject}}
),
inserted as (
  insert into prodimport.products
    (sku, name, description, price, active, owner, images, attributes, job_id, created_at,
     updated_at)
  select
    sku, name, description, price, active, owner, images, attributes, $6::bigint,
    date_trunc('milliseconds', statement_timestamp()),
    date_trunc('milliseconds', statement_timestamp())
  from to_write
  where not $7::boolean and verdict = 'insert' and (select is_compared from compared)
  order by lower(sku)
  returning 1
),
merged as (
  insert into prodimport.products as p
    (id, sku, name, description, price, active, owner, images, attributes, job_id, created_at,
     updated_at)
  select
    -- No id is burned for a product that has one.
    coalesce(id, nextval(pg_get_serial_sequence('prodimport.products', 'id'))),
    sku, name, description, price, active, owner, images, attributes, $6,
    coalesce(created_at, date_trunc('milliseconds', statement_timestamp())),
    date_trunc('milliseconds', statement_timestamp())
  from to_write
  where (verdict = 'update' or $7 and verdict = 'insert') and (select is_compared from compared)
  order by lower(sku)
  on conflict (lower(sku)) do update set
    {{load/overwrite}}
  returning (xmax = 0) as is_new
),
deleted as (
  delete from prodimport.products p
  using to_write w
  where $8::boolean and w.verdict = 'delete' and p.id = w.id and (select is_compared from compared)
  returning 1
),
skipped as (
  select
    count(*) as rows,
    string_agg(int4send(row_number), '') filter (where $11) as numbers
  from classified
  where $9::boolean and verdict = 'skip'
),
counts as materialized (
  select
    (select count(*) from inserted) + count(*) filter (where is_new) as inserted,
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
  ($10::integer - inserted - updated - deleted - rejected - skipped)::integer as unchanged,
  inserted = inserts and updated = updates and deleted = deletes as as_wanted,
  insert_rows,
  update_rows,
  delete_rows,
  (select numbers from skipped) as skip_rows
from counts
cross join wanted
