-- Who wrote versions of products that nothing recorded. $1 jsonb: the versions, with the job that is
-- known to have written each, if it was one
select
  coalesce(j.finished_at, v.updated_at) as at,
  v.product_id as "productId",
  v.sku,
  v.owner,
  v.created_at = v.updated_at as "isNew",
  v.job_id as "jobId",
  coalesce(j.kind, case when v.job_id is null then 'hand' else 'load' end) as how,
  j.source ->> 'name' as source,
  j.started_by as by,
  j.database_role as "databaseRole"
from jsonb_to_recordset($1::jsonb) as v (
  product_id bigint, sku text, owner text, job_id bigint, created_at timestamptz,
  updated_at timestamptz
)
left join prodimport.jobs j on j.id = v.job_id
