-- Makes deliveries due now, their schedule from its beginning, under the same id; none that may be
-- under way this moment. $1 text: this one, whatever became of it, or null for all that are dead ·
-- $2 integer: milliseconds within which an attempt is over
update prodimport.deliveries
set
  status = 'pending',
  next_attempt_at = now(),
  attempts_before = attempts
where case
    when $1::text is null then status = 'dead'
    else id = $1
      and (
        status <> 'pending'
        or last_attempt_at is null
        or last_attempt_at < now() - $2::integer * interval '1 millisecond'
      )
  end
returning id, endpoint_id
