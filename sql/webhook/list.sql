-- Endpoints, without their secrets. $1 bigint: only this one, or null
select
  e.id, e.url, e.events, e.enabled, e.disabled_reason, e.allow_private, e.failing_since,
  case when e.old_secret_until > now() then e.old_secret_until end as old_secret_until,
  e.created_at,
  count(d.id) filter (where d.status = 'pending')::integer as pending,
  count(d.id) filter (where d.status = 'dead')::integer as dead
from prodimport.endpoints e
left join prodimport.deliveries d
  on d.endpoint_id = e.id
  and d.status in ('pending', 'dead')
where $1::bigint is null or e.id = $1
group by e.id
order by e.id
