-- Deletes an endpoint's deliveries, before the endpoint: in the order in which attempts are marked.
-- $1 bigint: endpoint
with removed as (
  delete from prodimport.deliveries
  where endpoint_id = $1
  returning status
)
select count(*) filter (where status = 'pending')::integer as pending from removed
