-- What an export has to know of its products before the first of them: how many they are, whether
-- any has no name, and which attributes they have. $1 to $8: see catalog/listed.sql
-- $9 integer: how many names of attributes at most
with listed as (
  {{catalog/listed}}
)
select
  (select count(*) from listed) as products,
  exists (select from listed where name is null) as has_nameless,
  array(
    select distinct key
    from listed, jsonb_object_keys(attributes) as key
    order by key
    limit $9::integer
  ) as keys
