-- What conditions find by their indexes, with its place in the order; a part of catalog/found.
-- Fences: keys are read once, and no other index is gone through in the hope of meeting enough finds.
select id, place, place_of_sku
from (
  select id, {{key}} as place, lower(sku) as place_of_sku
  from prodimport.products
  where {{catalog/chosen}}
    and {{after}}
    and {{within}}
  offset 0
) products
where {{beyond}}
