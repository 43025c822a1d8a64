-- Notes the ids that new products got. $1 bigint: the job
update prodimport.changes c
set product_id = p.id
from prodimport.products p
where c.job_id = $1::bigint and c.action = 'inserted' and lower(p.sku) = c.sku_key
