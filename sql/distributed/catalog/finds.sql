-- What conditions find by their indexes, with its place in the order; a part of catalog/found.
-- Without the fence of the plain one, which would bring all finds to the coordinator.
select id, {{key}} as place, lower(sku) as place_of_sku
from prodimport.products
where {{catalog/chosen}}
  and {{after}}
  and {{within}}
