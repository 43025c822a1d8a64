-- Products that a job changed and that are not any more as it left them, in fields that it wrote.
-- compressed_images and updated_at don't count. $1 bigint: the job; $2 integer: at most so many
-- What is stored comes here, as the changes are.
with changed as materialized (
  select sku_key, product_id, sku, action, old, new
  from prodimport.changes
  where job_id = $1::bigint
),
changed_keys as materialized (
  select sku_key from changed
),
stored as materialized (
  select
    p.sku_key,
    p.id,
    jsonb_build_object(
      {{load/fields}}) as now
  from prodimport.products p
  join changed_keys c on c.sku_key = p.sku_key
)
select c.sku
from changed c
left join stored p on p.sku_key = c.sku_key
where case c.action
  when 'deleted' then p.id is not null
  else p.id is distinct from c.product_id or exists (
    select
    from jsonb_each(p.now) f
    where c.new -> f.key is distinct from f.value
      and (c.old is null or c.old -> f.key is distinct from c.new -> f.key)
  )
end
order by c.sku_key
limit $2::integer
