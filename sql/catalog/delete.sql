-- Deletes products that `catalog/hold` holds. $1 bigint[]: their ids
delete from prodimport.products
where id = any ($1::bigint[])
returning id
