-- What --missing or --replace would change, product by product, in the shape of load/list_changes.
-- $1, $2 text: see load/is_covered.sql
select
  lower(p.sku) as sku_key,
  p.id as product_id,
  p.sku,
  case $2::text when 'deactivate' then 'deactivated' else 'deleted' end as action,
  o.old,
  case $2 when 'deactivate' then o.old || '{"active": false}' end as new
from prodimport.products p
cross join lateral (
  select {{load/snapshot}} as old
) o
where {{load/is_covered}}
  and not {{load/is_named}}
