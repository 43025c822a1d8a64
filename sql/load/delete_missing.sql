-- Deletes the covered products that the file does not name. $1 text: the owner, or null
with deleted as (
  delete from prodimport.products p
  where p.active
    and (p.owner = $1::text or $1 is null and p.owner is null)
    and not {{load/is_named}}
  returning 1
)
select count(*)::integer as products from deleted
