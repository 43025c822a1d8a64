-- What is found among the products that come next in the order of an index: quick where finds are
-- frequent. $1 to $11: see catalog/list.sql; $12 bigint: how many products to look at
-- near: conditions that the same index answers
select
  {{catalog/columns}}
from (
  select *, {{key}} as place, lower(sku) as place_of_sku
  from prodimport.products
  where {{after}}
    and {{near}}
  order by {{order}}
  limit $12
) products
where {{catalog/chosen}}
order by {{places}}
limit $9
