-- Whose one delivery is, and whether that endpoint is enabled. $1 text: delivery
select e.id, e.enabled
from prodimport.deliveries d
join prodimport.endpoints e on e.id = d.endpoint_id
where d.id = $1
