-- Keys that were known to be named no more and are named again by what has `changed`; a part of what
-- completes products. $1: the store
array(
  select distinct k.key
  from changed c
  cross join unnest(c.keys) as named (key)
  join prodimport.image_keys k on k.store = $1 and k.key = named.key
  where k.unnamed_since is not null
)
