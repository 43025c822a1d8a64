-- One product by its SKU, whatever its case; its key says on which node it is. $1 text: the SKU
select
  id, sku, name, description, price, active, owner, images, compressed_images, attributes,
  created_at, updated_at
from prodimport.products
where sku_key = lower($1::text) and lower(sku) = lower($1)
