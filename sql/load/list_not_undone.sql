-- A product that an undo was to put back and did not: looked for where the server wrote fewer rows than
-- the job has changes. `is_gone`: another session has deleted it meanwhile.
-- $1 bigint: the job; $2 bigint: the job that undoes it
with changed as materialized (
  select sku_key, product_id, sku, action
  from prodimport.changes
  where job_id = $1::bigint
),
stored as materialized (
  select p.id, p.job_id
  from prodimport.products p
  join changed c on c.product_id = p.id
)
select c.sku, c.action in ('updated', 'deactivated') and p.id is null as is_gone
from changed c
left join stored p on p.id = c.product_id
where case c.action
  when 'inserted' then p.id is not null
  else p.id is null or p.job_id is distinct from $2::bigint
end
order by c.sku_key
limit 1
