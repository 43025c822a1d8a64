-- Counts stored products whose SKU is a staged one in a spreadsheet's guard, ="00123" or '00123, and
-- gives the first. Run only where the file had such guards.
select count(*)::integer as products, min(p.sku) as stored
from prodimport.products p
where (p.sku like '="%"' or p.sku ~ '^''[-0-9=+@]')
  and exists (
    select
    from staging s
    where lower(s.sku) = lower(
      case when p.sku like '="%"'
        then replace(substr(p.sku, 3, length(p.sku) - 3), '""', '"')
        else substr(p.sku, 2) end)
  )
