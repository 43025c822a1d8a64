-- Deletes the products that a job inserted. $1 bigint: the job
with inserted as materialized (
  select sku_key, product_id
  from prodimport.changes
  where job_id = $1::bigint and action = 'inserted'
)
delete from prodimport.products p
using inserted c
where p.sku_key = c.sku_key and p.id = c.product_id
