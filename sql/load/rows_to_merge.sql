-- The staged rows that stand for their SKU; a part of others.
select *
from staging
where not exists (select from superseded x where x.row_number = staging.row_number)
-- Keeps the planner from comparing replaced rows with the catalogue first, and leaving them out then.
offset 0
