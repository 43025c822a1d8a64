-- Writes down since when keys are named no more. Only while nothing is given to products: a key that
-- gets its name meanwhile would be marked all the same. $1 text: the store
with named as materialized (
  {{image/named}}
),
seen as materialized (
  select
    k.id, k.unnamed_since, n.key is not null as is_named,
    case when n.key is null then now() end as since
  from prodimport.image_keys k
  left join named n on n.key = k.key
  where k.store = $1::text
)
update prodimport.image_keys k
set unnamed_since = s.since
from seen s
where k.id = s.id
  and (s.unnamed_since is null) <> s.is_named
