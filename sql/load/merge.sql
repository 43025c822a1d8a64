-- Merges the compared rows into the catalogue, in key order, and returns the counts. Unchanged products
-- are neither locked nor rewritten; rows that only the catalogue can reject go to late_rejects.
-- New products are inserted plainly, changed ones by ON CONFLICT: each half pays for what it needs.
-- $1: see load/classify.sql; $2 bigint: the job
-- $3 boolean: insert by ON CONFLICT too, as another writer has just added one of the new SKUs
-- $4 integer: how many rows stand for a product, so that the unchanged need not be counted
-- $5 boolean: tell what became of each row; the numbers of rows come as integers of four bytes
with wanted as (
  -- What was to be written, to be held against what was.
  select
    count(*) filter (where verdict = 'insert') as inserts,
    count(*) filter (where verdict = 'update') as updates,
    count(*) filter (where verdict = 'delete') as deletes,
    count(*) filter (where verdict = 'skip') as skips,
    string_agg(int4send(row_number), '') filter (where $5::boolean and verdict = 'insert') as insert_rows,
    string_agg(int4send(row_number), '') filter (where $5 and verdict = 'update') as update_rows,
    string_agg(int4send(row_number), '') filter (where $5 and verdict = 'delete') as delete_rows,
    string_agg(int4send(row_number), '') filter (where $5 and verdict = 'skip') as skip_rows
  from compared
),
rejected as (
  insert into late_rejects (row_number, line, column_name, value, code, sku, stored_owner)
  select
    {{load/rejected}}
  from compared
  where verdict in {{load/refusing}}
  returning 1
),
inserted as (
  insert into prodimport.products
    (sku, name, description, price, active, owner, images, attributes, job_id, created_at,
     updated_at)
  select
    sku, name, description, price, active, owner, images, attributes, $2::bigint,
    date_trunc('milliseconds', statement_timestamp()),
    date_trunc('milliseconds', statement_timestamp())
  from compared
  where not $3::boolean and verdict = 'insert'
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
    sku, name, description, price, active, owner, images, attributes, $2,
    coalesce(created_at, date_trunc('milliseconds', statement_timestamp())),
    date_trunc('milliseconds', statement_timestamp())
  from compared
  where verdict = 'update' or $3 and verdict = 'insert'
  order by lower(sku)
  on conflict (lower(sku)) do update set
    {{load/overwrite}}
  returning (xmax = 0) as is_new
),
deleted as (
  delete from prodimport.products p
  using compared c
  where c.verdict = 'delete' and p.id = c.id
  returning 1
),
counts as materialized (
  select
    (select count(*) from inserted) + count(*) filter (where is_new) as inserted,
    count(*) filter (where not is_new) as updated,
    (select count(*) from deleted) as deleted,
    (select count(*) from rejected) as rejected
  from merged
)
select
  inserted::integer,
  updated::integer,
  deleted::integer,
  rejected::integer,
  skips::integer as skipped,
  ($4::integer - inserted - updated - deleted - rejected - skips)::integer as unchanged,
  inserted = inserts and updated = updates and deleted = deletes as as_wanted,
  insert_rows,
  update_rows,
  delete_rows,
  skip_rows
from counts
cross join wanted
