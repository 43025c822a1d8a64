-- Records the products of a first load, which are all that there are. $1 bigint: the job
insert into prodimport.changes (job_id, sku_key, product_id, sku, action, old, new)
select
  $1::bigint, lower(p.sku), p.id, p.sku, 'inserted', null, jsonb_build_object(
    {{load/fields}})
from prodimport.products p
where p.job_id = $1
