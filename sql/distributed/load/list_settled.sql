-- Which staged rows another row of their SKU replaced, and which one stands, for SKUs of which memory
-- could not tell. $1 boolean: any SKU may have such duplicates, else those that lower() makes of
-- other letters than ASCII
with left_out as materialized (
  select row_number from superseded where code is null
),
doubtful as materialized (
  select distinct sku_key from staging where $1::boolean or sku ~ '[^\x01-\x7F]'
),
replaced as materialized (
  select s.row_number, s.sku_key
  from left_out x
  join staging s on s.row_number = x.row_number
  where s.sku_key in (select sku_key from doubtful)
)
select r.row_number, s.row_number as of_row
from replaced r
join (
  {{load/rows_to_merge}}
) s on s.sku_key = r.sku_key
