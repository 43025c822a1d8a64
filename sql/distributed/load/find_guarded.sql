-- The same as load/find_guarded: the few that are stored so are looked for first, then held against
-- staging, as a join by anything but the key does not stay within the shards.
with guarded as materialized (
  select
    p.sku,
    lower(
      case when p.sku like '="%"'
        then replace(substr(p.sku, 3, length(p.sku) - 3), '""', '"')
        else substr(p.sku, 2) end) as bare_key
  from prodimport.products p
  where p.sku like '="%"' or p.sku ~ '^''[-0-9=+@]'
),
staged as (
  select distinct sku_key from staging
)
select count(*)::integer as products, min(g.sku) as stored
from guarded g
join staged s on s.sku_key = g.bare_key
