-- Deletes the products of a first load that another row of their SKU replaced: superseded names them
-- by their place in the COPY. Ids were drawn in that order, without a gap unless somebody else drew
-- some as well.
with bounds as materialized (
  select min(id) as first, max(id) - min(id) + 1 = count(*) as is_whole
  from prodimport.products
),
numbered as (
  select id, row_number() over (order by id) as place
  from prodimport.products
  where not (select is_whole from bounds)
),
replaced as (
  select first + row_number - 1 as id from superseded cross join bounds where is_whole
  union all
  select n.id from superseded x join numbered n on n.place = x.row_number
)
delete from prodimport.products p
using replaced r
where p.id = r.id
