-- How many deliveries are still to be made, and when the next one is due, as far as it has one.
select count(*)::integer as pending, min(d.next_attempt_at) as next_attempt_at
from prodimport.deliveries d
join prodimport.endpoints e on e.id = d.endpoint_id
where d.status = 'pending'
  and e.enabled
