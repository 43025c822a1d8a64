-- The staged rows that stand for their SKU, with the key that identifies it; a part of others.
select *, lower(sku) as sku_key
from staging
where not exists (select from superseded x where x.row_number = staging.row_number)
