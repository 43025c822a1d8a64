-- Holds those keys that are still named by nothing, so that nobody stores them while they are
-- deleted. $1 bigint[]: records
select id
from prodimport.image_keys
where id = any ($1::bigint[])
  and unnamed_since is not null
  and coalesce(held_until <= now(), true)
order by id
for update
