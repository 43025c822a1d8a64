-- Gives attempts that were interrupted back to the queue; they do not count.
-- $1 bigint[]: images; $2 integer[]: their attempts
update prodimport.images i
set
  status = 'waiting',
  next_attempt_at = now(),
  attempts_before = i.attempts_before + 1
from unnest($1::bigint[], $2::integer[]) as held (id, attempt)
where i.id = held.id
  and i.attempts = held.attempt
  and i.status = 'running'
