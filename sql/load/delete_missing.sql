-- Deletes the covered products that the file does not name. $1, $2 text: see load/is_covered.sql
with deleted as (
  delete from prodimport.products p
  where {{load/is_covered}}
    and not {{load/is_named}}
  returning 1
)
select count(*)::integer as products from deleted
