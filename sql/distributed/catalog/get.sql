-- One product by its SKU, whatever its case; its key says on which node it is. $1 text: the SKU
select
  {{catalog/columns}}
from prodimport.products
where sku_key = lower($1::text) and lower(sku) = lower($1)
