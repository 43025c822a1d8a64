-- Forgets keys that are in the store no more. $1 bigint[]: records
delete from prodimport.image_keys
where id = any ($1::bigint[])
