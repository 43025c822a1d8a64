-- Products that a job changed and that are not any more as it left them, in fields that it wrote.
-- compressed_images and updated_at don't count. $1 bigint: the job · $2 integer: at most so many
with changed as materialized (
  select sku_key, product_id, sku, action, old, new
  from prodimport.changes
  where job_id = $1::bigint
),
found as materialized (
  select
    p.sku_key,
    p.id = c.product_id and c.action <> 'deleted' and not exists (
      select
      from jsonb_each(jsonb_build_object(
        'sku', p.sku, 'name', p.name, 'description', p.description, 'price', p.price::text,
        'active', p.active, 'owner', p.owner, 'images', p.images, 'attributes', p.attributes)) f
      where c.new -> f.key is distinct from f.value
        and (c.old is null or c.old -> f.key is distinct from c.new -> f.key)
    ) as is_as_left
  from prodimport.products p
  join changed c on c.sku_key = p.sku_key
)
select c.sku
from changed c
left join found f on f.sku_key = c.sku_key
where not coalesce(f.is_as_left, c.action = 'deleted')
order by c.sku_key
limit $2::integer
