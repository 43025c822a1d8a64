-- Counts what the merge would do, from the same classification.
-- $1 to $4: see load/classify.sql; $5 boolean: tell what would become of each row, see load/merge.sql
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
    where verdict in {{load/refusing}}
  ))::integer as rejected,
  string_agg(int4send(row_number), '')
    filter (where $5::boolean and verdict = 'insert') as insert_rows,
  string_agg(int4send(row_number), '') filter (where $5 and verdict = 'update') as update_rows,
  string_agg(int4send(row_number), '') filter (where $5 and verdict = 'delete') as delete_rows,
  string_agg(int4send(row_number), '') filter (where $5 and verdict = 'skip') as skip_rows
from classified
