-- A product that --missing was to deactivate or delete and did not.
-- $1, $2: see load/list_missing.sql
select m.sku
from (
  {{load/list_missing}}
) m
limit 1
