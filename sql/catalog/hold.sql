-- The products of these SKUs as they are, kept so until the transaction ends; locked in the order
-- of their SKUs, so that two who change the same ones can't wait for each other for ever.
-- $1 text[]: the SKUs; `place` says which of them, from 1
select
  i.place::integer,
  {{catalog/columns}},
  {{load/snapshot}}::text as snapshot
from unnest($1::text[]) with ordinality as i (wanted, place)
join prodimport.products p on lower(p.sku) = lower(i.wanted)
order by lower(p.sku)
for update of p
