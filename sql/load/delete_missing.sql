-- Deletes the covered products that the file does not name. $1 text: the owner, or null
with deleted as (
  delete from prodimport.products p
  where p.active
    and p.owner is not distinct from $1::text
    and not exists (select from staging s where {{load/same_sku}})
  returning 1
)
select count(*)::integer as products from deleted
