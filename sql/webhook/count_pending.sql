-- How many deliveries are still to be made, and when the next one is due.
select
  count(*)::integer as pending,
  min(greatest(d.next_attempt_at, e.held_until)) as next_attempt_at
from prodimport.deliveries d
join prodimport.endpoints e on e.id = d.endpoint_id
where d.status = 'pending'
  and e.enabled
