-- Brings back the products that a job deleted, with their ids. $1 bigint: the job
-- $2 bigint: the job that undoes it
insert into prodimport.products
  (id, sku_key, sku, name, description, price, active, owner, images, compressed_images, attributes,
   created_at, updated_at, job_id, deactivated_by)
select
  product_id,
  lower(old ->> 'sku'),
  old ->> 'sku',
  old ->> 'name',
  old ->> 'description',
  (old ->> 'price')::numeric,
  (old ->> 'active')::boolean,
  old ->> 'owner',
  array(select jsonb_array_elements_text(old -> 'images')),
  array(select jsonb_array_elements_text(old -> 'compressedImages')),
  old -> 'attributes',
  (old ->> 'createdAt')::timestamptz,
  date_trunc('milliseconds', statement_timestamp()),
  $2::bigint,
  (old ->> 'deactivatedBy')::bigint
from prodimport.changes
where job_id = $1::bigint and action = 'deleted'
order by sku_key
