-- Makes deliveries due now, their schedule from its beginning, under the same id; not one that has
-- arrived or is being tried this moment. $1 text: this one, or null for all that are dead
update prodimport.deliveries d
set
  status = 'pending',
  next_attempt_at = now(),
  attempts_before = attempts
where d.status = 'dead' and ($1::text is null or d.id = $1)
  or d.status = 'pending' and d.id = $1 and d.last_error is not null
returning d.id, d.endpoint_id
