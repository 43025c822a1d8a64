-- Counts what the merge would do, from the same classification.
-- $1 to $4: see load/classify.sql
with classified as not materialized (
  {{load/classify}}
)
select
  (count(*) filter (where verdict = 'insert'))::integer as inserted,
  (count(*) filter (where verdict = 'update'))::integer as updated,
  (count(*) filter (where verdict = 'delete'))::integer as deleted,
  (count(*) filter (where verdict = 'skip'))::integer as skipped,
  (count(*) filter (where verdict = 'unchanged'))::integer as unchanged,
  (count(*) filter (
    where verdict in ('already_exists', 'not_found', 'required', 'owner_conflict')
  ))::integer as rejected
from classified
