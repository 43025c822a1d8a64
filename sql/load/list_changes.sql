-- What the merge would change, product by product, with all fields before and after.
-- $1 to $4: see load/classify.sql
with classified as not materialized (
  {{load/classify}}
)
select
  {{load/change}}
from classified p
where verdict in ('insert', 'update', 'delete')
