-- Which products of a first load are to go for another row of their SKU, where only the database's
-- lower() makes the two equal, and which one stays: by their places in the COPY. To be asked before
-- load/drop_replaced. $1 text: last or first
with numbered as (
  select id, sku, row_number() over (order by id) as place
  from prodimport.products
),
doubtful as (
  select distinct lower(sku) as key from numbered where sku ~ '[^\x01-\x7F]'
),
ranked as (
  select
    place,
    first_value(place) over (
      partition by d.key
      order by case $1::text when 'first' then n.id else -n.id end) as of_place
  from numbered n
  join doubtful d on d.key = lower(n.sku)
  where not exists (select from superseded x where x.row_number = n.place)
)
select place::integer as row_number, of_place::integer as of_row
from ranked
where place <> of_place
