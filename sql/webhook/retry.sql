-- Makes deliveries to enabled endpoints due now, their schedule from its beginning, under the same
-- id; none that may be under way this moment. $1 text: this one, whatever became of it, or null for
-- all that are dead; $2 integer: milliseconds within which an attempt is over
-- that has no duration yet
update prodimport.deliveries d
set
  status = 'pending',
  next_attempt_at = now(),
  attempts_before = d.attempts
from prodimport.endpoints e
where e.id = d.endpoint_id
  and e.enabled
  and case
    when $1::text is null then d.status = 'dead'
    else d.id = $1
      and (
        d.status <> 'pending'
        or d.last_attempt_at is null
        or d.last_duration_ms is not null
        or d.last_attempt_at < now() - $2::integer * interval '1 millisecond'
      )
  end
returning d.id, d.endpoint_id
