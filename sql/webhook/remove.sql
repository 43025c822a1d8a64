-- Deletes an endpoint. $1 bigint: endpoint
delete from prodimport.endpoints
where id = $1
returning id
