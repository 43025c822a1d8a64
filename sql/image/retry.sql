-- Makes dead images due now, their schedule from its beginning. $1 bigint: this one, or null for all
update prodimport.images
set
  status = 'waiting',
  next_attempt_at = now(),
  attempts_before = attempts
where status = 'dead'
  and ($1::bigint is null or id = $1)
returning id
