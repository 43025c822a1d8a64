-- Rejects the staged rows whose SKU has a product that row security hides: to the merge it would look
-- like a new one.
insert into superseded (row_number, code)
with unknown as materialized (
  select s.row_number, s.sku
  from (
    {{load/rows_to_merge}}
  ) s
  where s.action <> 'n'
    and not exists (select from prodimport.products p where {{load/same_sku}})
)
select row_number, 'owner_conflict'
from unknown
where sku in (select prodimport.taken_skus(array(select sku from unknown)))
