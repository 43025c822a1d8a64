-- Adds a delivery for each event and each endpoint that asked for it; part of the transaction that
-- makes the event true. $1 text[]: events; $2 text[]: their bodies, in the same order
insert into prodimport.deliveries (endpoint_id, event, body)
select e.id, published.event, published.body
from unnest($1::text[], $2::text[]) with ordinality as published (event, body, position)
join prodimport.endpoints e
  on e.enabled
  and published.event = any (e.events)
order by published.position, e.id
returning id
