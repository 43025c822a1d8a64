-- Puts back the fields that a job wrote. $1 bigint: the job; $2 bigint: the job that undoes it
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
  deactivated_by = case
    when p.deactivated_by is not distinct from case c.action when 'deactivated' then c.job_id end
    then (c.old ->> 'deactivatedBy')::bigint else p.deactivated_by end,
  owner = case when c.old -> 'owner' is distinct from c.new -> 'owner'
    then c.old ->> 'owner' else p.owner end,
  images = case when c.old -> 'images' is distinct from c.new -> 'images'
    then array(select jsonb_array_elements_text(c.old -> 'images')) else p.images end,
  compressed_images = case when c.old -> 'images' is distinct from c.new -> 'images'
    then array(select jsonb_array_elements_text(c.old -> 'compressedImages'))
    else p.compressed_images end,
  attributes = case when c.old -> 'attributes' is distinct from c.new -> 'attributes'
    then c.old -> 'attributes' else p.attributes end,
  job_id = $2::bigint,
  updated_at = date_trunc('milliseconds', statement_timestamp())
from prodimport.changes c
where c.job_id = $1::bigint and c.action in ('updated', 'deactivated') and p.id = c.product_id
