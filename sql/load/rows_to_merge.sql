-- The staged rows that stand for their SKU, with the key that identifies it; a part of others.
select *, lower(sku) as sku_key
from staging
where not exists (select from superseded x where x.row_number = staging.row_number)
-- Keeps the planner from comparing replaced rows with the catalogue first, and leaving them out then,
-- and from folding each key twice: once to find its product, once more to compare the two.
offset 0
