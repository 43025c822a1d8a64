-- Writes down why an attempt failed, unless it is no longer the last one.
-- $1 bigint: image; $2 integer: the attempt; $3 integer: milliseconds until the next attempt,
-- null for none: it is dead; $4 integer: HTTP status, null without an answer; $5 text: error
update prodimport.images
set
  status = case when $3::integer is null then 'dead' else 'waiting' end,
  next_attempt_at = now() + $3::integer * interval '1 millisecond',
  last_status = $4,
  last_error = $5
where id = $1
  and attempts = $2::integer
  and status = 'running'
returning id
