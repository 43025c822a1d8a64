-- One product by its id. $1 bigint: the id
select
  {{catalog/columns}}
from prodimport.products
where id = $1::bigint
