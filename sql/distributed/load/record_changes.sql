-- Records what the merge is about to change. $1 to $4: see load/classify.sql; $5 bigint: the job
insert into prodimport.changes (job_id, sku_key, product_id, sku, action, old, new)
select $5::bigint, c.sku_key, c.product_id, c.sku, c.action, c.old, c.new
from (
  {{load/list_changes}}
) c
