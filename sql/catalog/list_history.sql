-- What was recorded of products: changes by loads, those by undos of these loads, and those by hand.
-- $1 bigint[]: their ids; $2 text[]: the keys that they had
-- $3 text: the SKU that was asked for; what had it counts, whichever product that was
with known as (
  select c.*, j.id as done_by, false as is_undo
  from prodimport.jobs j
  join prodimport.changes c on c.job_id = j.id
  where c.sku_key = any ($2::text[])
  union all
  select c.*, u.id, true
  from prodimport.jobs u
  join prodimport.changes c on c.job_id = (u.options ->> 'undoOf')::bigint
  where u.kind = 'undo' and u.status = 'completed' and c.sku_key = any ($2)
  union all
  select c.*, null, false
  from prodimport.changes c
  where c.changed_at is not null and c.product_id = any ($1::bigint[])
)
select
  coalesce(t.changed_at, j.finished_at) as at,
  t.product_id as "productId",
  t.sku,
  t.action,
  t.is_undo as "isUndo",
  t.old,
  t.new,
  t.old ->> 'jobId' as "wasOfJob",
  (t.old ->> 'createdAt')::timestamptz as "createdAt",
  (t.old ->> 'updatedAt')::timestamptz as "updatedAt",
  (t.new ->> 'updatedAt')::timestamptz as "writtenAt",
  t.done_by as "jobId",
  j.source ->> 'name' as source,
  coalesce(t.changed_by, j.started_by) as by,
  coalesce(t.database_role, j.database_role) as "databaseRole"
from known t
left join prodimport.jobs j on j.id = t.done_by
where t.product_id = any ($1) or t.sku_key = lower($3::text)
order by 1, j.id
