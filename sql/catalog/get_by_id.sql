-- One product by its id. $1 bigint: the id
select
  id, sku, name, description, price, active, owner, images, compressed_images, attributes,
  created_at, updated_at
from prodimport.products
where id = $1::bigint
