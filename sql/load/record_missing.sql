-- Records what --missing is about to change. $1, $2: see load/list_missing.sql; $3 bigint: the job
insert into prodimport.changes (job_id, sku_key, product_id, sku, action, old, new)
select $3::bigint, m.sku_key, m.product_id, m.sku, m.action, m.old, m.new
from (
  {{load/list_missing}}
) m
