-- Puts back the fields that a job wrote. $1 bigint: the job; $2 bigint: the job that undoes it
with written as materialized (
  select
    sku_key, product_id, old, new,
    case when action = 'deactivated' then job_id end as left_by,
    array(select jsonb_array_elements_text(old -> 'images')) as images,
    array(select jsonb_array_elements_text(old -> 'compressedImages')) as compressed_images
  from prodimport.changes
  where job_id = $1::bigint and action in ('updated', 'deactivated')
)
update prodimport.products p
set
  sku = case when c.old -> 'sku' is distinct from c.new -> 'sku'
    then c.old ->> 'sku' else p.sku end,
  name = case when c.old -> 'name' is distinct from c.new -> 'name'
    then c.old ->> 'name' else p.name end,
  description = case when c.old -> 'description' is distinct from c.new -> 'description'
    then c.old ->> 'description' else p.description end,
  price = case when c.old -> 'price' is distinct from c.new -> 'price'
    then (c.old ->> 'price')::numeric else p.price end,
  active = case when c.old -> 'active' is distinct from c.new -> 'active'
    then (c.old ->> 'active')::boolean else p.active end,
  deactivated_by = case when p.deactivated_by is distinct from c.left_by
    then p.deactivated_by else (c.old ->> 'deactivatedBy')::bigint end,
  owner = case when c.old -> 'owner' is distinct from c.new -> 'owner'
    then c.old ->> 'owner' else p.owner end,
  images = case when c.old -> 'images' is distinct from c.new -> 'images'
    then c.images else p.images end,
  compressed_images = case when c.old -> 'images' is distinct from c.new -> 'images'
    then c.compressed_images else p.compressed_images end,
  attributes = case when c.old -> 'attributes' is distinct from c.new -> 'attributes'
    then c.old -> 'attributes' else p.attributes end,
  job_id = $2::bigint,
  updated_at = date_trunc('milliseconds', statement_timestamp())
from written c
where p.sku_key = c.sku_key and p.id = c.product_id
