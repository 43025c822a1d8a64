-- The products of these SKUs as they are, kept so until the transaction ends; locked in the order of
-- their keys. Citus locks rows of one shard at a time: prodimport.hold_products does, one by one.
-- $1 text[]: the SKUs; `place` says which of them, from 1
select
  i.place::integer,
  {{catalog/columns}},
  {{load/snapshot}}::text as snapshot
from unnest($1::text[]) with ordinality as i (wanted, place)
join prodimport.hold_products($1) p on p.sku_key = lower(i.wanted)
