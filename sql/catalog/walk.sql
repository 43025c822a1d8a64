-- What a search finds among the products that come next by SKU: quick where finds are frequent.
-- $1 to $11: see catalog/list.sql; $12 bigint: how many products to look at
select
  {{catalog/columns}}
from (
  select *, lower(sku) as place
  from prodimport.products
  where $11::bigint is null or {{after}}
  order by {{order}}
  limit $12
) products
where {{catalog/chosen}}
order by place {{direction}}
limit $9
