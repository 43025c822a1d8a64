-- One product by its SKU, whatever its case. $1 text: the SKU
select
  {{catalog/columns}}
from prodimport.products
where lower(sku) = lower($1::text)
