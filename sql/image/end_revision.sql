-- The products have the newest key of these images, unless there has been another attempt since.
-- $1 bigint[]: images; $2 integer[]: their attempts
update prodimport.images i
set is_revised = false
from unnest($1::bigint[], $2::integer[]) as seen (id, attempt)
where i.id = seen.id
  and i.attempts = seen.attempt
  and i.status in ('done', 'dead')
