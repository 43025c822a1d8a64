-- The SKUs as the database compares them, in the same order. $1 text[]: the SKUs
select array_agg(lower(sku) order by place) as keys
from unnest($1::text[]) with ordinality as s (sku, place)
