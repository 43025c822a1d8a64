-- How many active products the load covers, and how many of them the file does not name in any row.
-- $1 text: the owner whose products are covered; null for those without owner
select
  count(*)::integer as covered,
  (count(*) filter (where not exists (
    select from staging s where {{load/same_sku}})))::integer as missing
from prodimport.products p
where p.active and p.owner is not distinct from $1::text
