-- A page of the changes that a job recorded. $1 bigint: the job; $2 text: the key before the page
select sku_key, sku, action, old, new
from prodimport.changes
where job_id = $1::bigint and sku_key > $2::text
order by sku_key
limit 1000
