-- A page of what a search finds, in any order: all of it is found by the index, then sorted.
-- $1 to $10: see catalog/list.sql; $11 tsquery: see catalog/search_keys.sql
select
  {{catalog/columns}}
from (
  {{catalog/listed}}
    and {{catalog/search_document}} @@ $11::tsquery
  -- A fence: the planner must not go through another index in the hope of meeting enough finds.
  offset 0
) found
where $10::bigint is null or {{after}}
order by {{order}}
limit $8
