-- What a search finds among the products that come next by SKU: quick where finds are frequent.
-- $1 to $7: see catalog/listed.sql; $8 bigint: how many; $9 text: go on after this SKU, or null
-- $10 bigint: how many products to look at
select
  {{catalog/columns}}
from (
  select *, lower(sku) as place
  from prodimport.products
  where $9::text is null or lower(sku) > lower($9)
  order by lower(sku)
  limit $10
) products
where {{catalog/chosen}}
order by place
limit $8
