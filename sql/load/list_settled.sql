-- Which staged rows another row of their SKU replaced, and which one stands, for SKUs of which memory
-- could not tell. $1 boolean: any SKU may have such duplicates, else those that lower() makes of
-- other letters than ASCII
with doubtful as (
  select distinct lower(sku) as key from staging where $1::boolean or sku ~ '[^\x01-\x7F]'
),
replaced as (
  select s.row_number, d.key
  from superseded x
  join staging s on s.row_number = x.row_number
  join doubtful d on d.key = lower(s.sku)
  where x.code is null
)
select r.row_number, s.row_number as of_row
from replaced r
join (
  {{load/rows_to_merge}}
) s on lower(s.sku) = r.key
where s.action <> 'n'
