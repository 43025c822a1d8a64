-- Rejects the staged rows whose SKU has a product that row security hides: to the merge it would look
-- like a new one.
insert into superseded (row_number, code)
select s.row_number, 'owner_conflict'
from (
  {{load/rows_to_merge}}
) s
where s.action <> 'n'
  and s.sku in (
    select prodimport.taken_skus(array(
      select s.sku
      from staging s
      where not exists (select from prodimport.products p where {{load/same_sku}})))
  )
