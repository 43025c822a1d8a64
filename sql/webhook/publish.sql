-- Adds a delivery for each event and each endpoint that asked for it; part of the transaction that
-- makes the event true. `wanted` is how many that are.
-- $1 text[]: events; $2 text[]: their bodies, in the same order
with asked as materialized (
  select e.id, published.event, published.body, published.position
  from unnest($1::text[], $2::text[]) with ordinality as published (event, body, position)
  join prodimport.endpoints e
    on e.enabled
    and published.event = any (e.events)
),
added as (
  insert into prodimport.deliveries (endpoint_id, event, body)
  select id, event, body
  from asked
  order by position, id
  returning id
)
select
  array(select id from added) as ids,
  (select count(*)::integer from asked) as wanted
