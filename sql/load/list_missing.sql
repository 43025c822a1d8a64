-- What --missing would change, product by product, in the shape of load/list_changes.
-- $1 text: the owner whose products are covered, or null; $2 text: deactivate or delete
select
  lower(p.sku) as sku_key,
  p.id as product_id,
  p.sku,
  case $2::text when 'delete' then 'deleted' else 'deactivated' end as action,
  o.old,
  case $2 when 'delete' then null else o.old || '{"active": false}' end as new
from prodimport.products p
cross join lateral (
  select jsonb_build_object(
    {{load/fields}},
    'compressedImages', p.compressed_images, 'deactivatedBy', p.deactivated_by,
    'createdAt', p.created_at, 'updatedAt', p.updated_at, 'jobId', p.job_id) as old
) o
where p.active
  and (p.owner = $1::text or $1 is null and p.owner is null)
  and not {{load/is_named}}
