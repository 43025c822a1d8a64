-- What an export has to know of its products before the first of them: how many they are, whether
-- any has no name, and which attributes they have. $1 to $8: see catalog/listed.sql
-- $9 integer: how many names of attributes at most
-- Each part is counted where the products are, as the list itself may be too much for one node.
with counted as materialized (
  select count(*) as products, coalesce(bool_or(name is null), false) as has_nameless
  from (
    {{catalog/listed}}
  ) listed
),
named as materialized (
  select distinct key
  from (
    {{catalog/listed}}
  ) listed
  cross join jsonb_object_keys(listed.attributes) as key
  order by key
  limit $9::integer
)
select products, has_nameless, array(select key from named order by key) as keys
from counted
