-- Writes down how an attempt ended, unless it is no longer the last one: then somebody else has
-- taken the delivery over, and nothing is written.
-- $1 text: delivery; $2 integer: the attempt; $3 text: its status now; $4 integer: milliseconds
-- until the next attempt, null for none; $5 integer: HTTP status, null without an answer;
-- $6 text: error, null when delivered; $7 integer: duration in milliseconds
update prodimport.deliveries
set
  status = $3,
  next_attempt_at = now() + $4::integer * interval '1 millisecond',
  last_status = $5,
  last_error = $6,
  last_duration_ms = $7
where id = $1
  and attempts = $2::integer
  and status = 'pending'
returning endpoint_id
