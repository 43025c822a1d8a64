-- Notes the ids that new products got. $1 bigint: the job
with inserted as materialized (
  select sku_key, id from prodimport.products where job_id = $1::bigint
)
update prodimport.changes c
set product_id = p.id
from inserted p
where c.job_id = $1 and c.action = 'inserted' and p.sku_key = c.sku_key
