-- Deliveries, the newest first. $1 text: of this status, or null · $2 bigint: to this endpoint, or
-- null · $3 integer: how many
select
  id, endpoint_id, event, status, attempts, last_status, last_error, last_attempt_at,
  last_duration_ms, next_attempt_at, created_at
from prodimport.deliveries
where ($1::text is null or status = $1)
  and ($2::bigint is null or endpoint_id = $2)
order by id desc
limit $3::integer
