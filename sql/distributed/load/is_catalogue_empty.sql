-- Whether no product is stored, so that all that is staged must be new. Of each shard one row will do.
select not exists (select 1 from prodimport.products limit 1) as is_empty
