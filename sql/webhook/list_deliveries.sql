-- Deliveries, the newest first. $1 text: of this status, or null; $2 bigint: to this endpoint, or
-- null; $3 integer: how many
select
  d.id, d.endpoint_id, d.event, d.status, d.attempts, d.last_status, d.last_error,
  d.last_attempt_at, d.last_duration_ms, d.created_at,
  case when d.status = 'pending' then greatest(d.next_attempt_at, e.held_until) end
    as next_attempt_at
from prodimport.deliveries d
join prodimport.endpoints e on e.id = d.endpoint_id
where ($1::text is null or d.status = $1)
  and ($2::bigint is null or d.endpoint_id = $2)
order by d.id desc
limit $3::integer
