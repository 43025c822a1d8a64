-- Deletes every product, or those of an owner. $1 text: the owner; null for every product
with deleted as (
  delete from prodimport.products
  where $1::text is null or owner = $1
  returning 1
)
select count(*)::integer as products from deleted
