-- A page of what conditions find by their indexes: all of it is found first, then sorted.
-- $1 to $11: see catalog/list.sql; $12 bigint: find no more than so many; `found` is how many it found
-- $13, $14 text: key and SKU of a product behind which nothing is asked for, or null
with found as materialized (
  {{catalog/finds}}
  limit $12
),
page as (
  select id, place, place_of_sku
  from found
  order by {{places}}
  limit $9
)
select
  {{catalog/columns}}, (select count(*) from found) as found
from page
join prodimport.products using (id)
order by {{places}}
