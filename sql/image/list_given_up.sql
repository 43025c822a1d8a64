-- Those of these keys that no image has: a look of its own, once they are held.
-- $1 bigint[]: records
select k.id, k.key
from prodimport.image_keys k
where k.id = any ($1::bigint[])
  and not exists (
    select 1
    from prodimport.images i
    where i.store = k.store
      and i.key = k.key
  )
order by k.id
