-- Which versions of products are stored now, by whom they were written. $1 bigint[]: their ids
select
  id as "productId", sku, owner, job_id as "jobId", created_at as "createdAt",
  updated_at as "updatedAt"
from prodimport.products
where id = any ($1::bigint[])
