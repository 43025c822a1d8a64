-- Writes down that the host still has the version that is stored. $1 bigint: image;
-- $2 integer: the attempt; $3 integer: HTTP status
update prodimport.images
set
  status = 'done',
  next_attempt_at = null,
  last_status = $3,
  last_error = null
where id = $1
  and attempts = $2::integer
  and status = 'running'
returning id
