-- The products that a list, a count or an export shows; the files that sort them include this one.
-- $1 text: an ilike pattern for SKU, name or description; $2 boolean: active; $3 text: owner
-- $4, $5 numeric: price from, to; $6 timestamptz: changed since then; $7 bigint: changed last by
-- this job; $8 text[]: what the conditions of --where compare with; null in any of them: whatever it is
select
  {{catalog/columns}}
from prodimport.products
where {{catalog/chosen}}
