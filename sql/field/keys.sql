-- The keys that attributes have, with how many products have each.
select key, count(*) as products
from prodimport.products
cross join jsonb_object_keys(attributes) as key
group by key
