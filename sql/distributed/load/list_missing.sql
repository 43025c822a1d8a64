-- What --missing or --replace would change, product by product, in the shape of load/list_changes.
-- $1, $2 text: see load/is_covered.sql
select
  m.sku_key,
  m.id as product_id,
  m.sku,
  case $2::text when 'deactivate' then 'deactivated' else 'deleted' end as action,
  m.old,
  case $2 when 'deactivate' then m.old || '{"active": false}' end as new
from (
  select
    p.sku_key, p.id, p.sku,
    {{load/snapshot}} as old
  from prodimport.products p
  where {{load/is_covered}}
    and not {{load/is_named}}
) m
