-- One product by its SKU, whatever its case. $1 text: the SKU
select
  id, sku, name, description, price, active, owner, images, compressed_images, attributes,
  created_at, updated_at
from prodimport.products
where lower(sku) = lower($1::text)
