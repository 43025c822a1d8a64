-- A page of what a search finds, in any order: all of it is found by the index, then sorted.
-- $1 to $7: see catalog/listed.sql; $8 tsquery: see catalog/search_keys.sql; $9 text: the order,
-- such as -price; $10 bigint: how many; $11 text, $12 bigint: key and id to go on after, or null
select
  {{catalog/columns}}
from (
  {{catalog/listed}}
    and {{catalog/search_document}} @@ $8::tsquery
  -- A fence: the planner must not go through another index in the hope of meeting enough finds.
  offset 0
) found
where $11::text is null and $12::bigint is null or case $9::text
  when 'sku' then lower(sku) > lower($11)
  when '-sku' then lower(sku) < lower($11)
  when 'name' then
    case when $11::text is null then name is null and id > $12
      else lower(name) > lower($11) or name is null or lower(name) = lower($11) and id > $12 end
  when '-name' then
    case when $11::text is null then name is null and id < $12
      else lower(name) < lower($11) or name is null or lower(name) = lower($11) and id < $12 end
  when 'price' then
    case when $11::text is null then price is null and id > $12
      else price > $11::numeric or price is null or price = $11::numeric and id > $12 end
  when '-price' then
    case when $11::text is null then price is null and id < $12
      else price < $11::numeric or price is null or price = $11::numeric and id < $12 end
  when 'updated' then (date_trunc('milliseconds', updated_at), id) > ($11::timestamptz, $12)
  when '-updated' then (date_trunc('milliseconds', updated_at), id) < ($11::timestamptz, $12)
end
order by
  case $9 when 'sku' then lower(sku) when 'name' then lower(name) end nulls last,
  case $9 when '-sku' then lower(sku) when '-name' then lower(name) end desc nulls last,
  case $9 when 'price' then price end nulls last,
  case $9 when '-price' then price end desc nulls last,
  case $9 when 'updated' then date_trunc('milliseconds', updated_at) end,
  case $9 when '-updated' then date_trunc('milliseconds', updated_at) end desc,
  case when $9 like '-%' then -id else id end
limit $10
