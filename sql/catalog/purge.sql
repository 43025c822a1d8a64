-- Deletes every product, or those of an owner; `wanted` is how many there were to delete.
-- $1 text: the owner; null for every product
with deleted as (
  delete from prodimport.products
  where $1::text is null or owner = $1
  returning 1
)
select
  (select count(*)::integer from deleted) as products,
  (select count(*)::integer from prodimport.products where $1 is null or owner = $1) as wanted
