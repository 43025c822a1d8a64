-- Renews the lease of attempts under way. $1 bigint[]: images; $2 integer[]: their attempts;
-- $3 integer: lease in milliseconds
update prodimport.images i
set next_attempt_at = now() + $3::integer * interval '1 millisecond'
from unnest($1::bigint[], $2::integer[]) as held (id, attempt)
where i.id = held.id
  and i.attempts = held.attempt
  and i.status = 'running'
