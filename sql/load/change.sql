-- What a classified row `p` changes, with all fields before and after; a part of others.
lower(sku) as sku_key,
id as product_id,
sku,
case verdict when 'insert' then 'inserted' when 'update' then 'updated' else 'deleted' end
  as action,
case when verdict <> 'insert' then jsonb_build_object(
  'sku', old_sku, 'name', old_name, 'description', old_description, 'price', old_price::text,
  'active', old_active, 'owner', old_owner, 'images', old_images, 'attributes', old_attributes,
  'compressedImages', compressed_images, 'deactivatedBy', deactivated_by,
  'createdAt', created_at, 'updatedAt', updated_at, 'jobId', job_id) end as old,
case when verdict <> 'delete' then jsonb_build_object(
  {{load/fields}}) end as new
