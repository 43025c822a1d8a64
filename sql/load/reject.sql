-- Rejects the staged rows that only the catalogue can tell to be wrong.
-- $1 to $4: see load/classify.sql; $5 boolean: such rows are possible at all
insert into late_rejects (row_number, line, column_name, value, code, sku, stored_owner)
with classified as not materialized (
  {{load/classify}}
)
select
  {{load/rejected}}
from classified
where $5::boolean and verdict in {{load/refusing}}
returning 1
