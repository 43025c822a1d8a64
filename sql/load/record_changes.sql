-- Records what the merge is about to change. $1 bigint: the job
insert into prodimport.changes (job_id, sku_key, product_id, sku, action, old, new)
select
  $1::bigint,
  {{load/change}}
from compared p
where verdict in ('insert', 'update', 'delete')
