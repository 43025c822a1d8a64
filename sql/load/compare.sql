-- Compares the staged rows with the catalogue, and keeps those that something comes of for what writes
-- them: each would join the whole catalogue again. Most reloads change little, so that they are few.
-- By itself, as a statement that writes products is never shared out to several processes.
-- $1 to $4: see load/classify.sql
create temporary table compared on commit drop as
with classified as not materialized (
  {{load/classify}}
)
select *
from classified
where verdict in ('insert', 'update', 'delete', 'skip') or verdict in {{load/refusing}}
