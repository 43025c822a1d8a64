-- A page of what a search finds, in any order: all of it is found by the index, then sorted.
-- $1 to $11: see catalog/list.sql; $12 tsquery: see catalog/search_keys.sql
select
  {{catalog/columns}}
from (
  {{catalog/listed}}
    and {{catalog/search_document}} @@ $12::tsquery
  -- A fence: the planner must not go through another index in the hope of meeting enough finds.
  offset 0
) found
where {{after}}
order by {{order}}
limit $9
