-- Products that a job changed and that are not any more as it left them, in fields that it wrote.
-- compressed_images and updated_at don't count. $1 bigint: the job; $2 integer: at most so many
select c.sku
from prodimport.changes c
left join prodimport.products p
  on p.id = c.product_id or c.action = 'deleted' and lower(p.sku) = c.sku_key
cross join lateral (
  select jsonb_build_object(
    {{load/fields}}) as now
) n
where c.job_id = $1::bigint
  and case c.action
    when 'deleted' then p.id is not null
    else p.id is null or exists (
      select
      from jsonb_each(n.now) f
      where c.new -> f.key is distinct from f.value
        and (c.old is null or c.old -> f.key is distinct from c.new -> f.key)
    )
  end
order by c.sku_key
limit $2::integer
