-- The owners of products, with how many they have, and how many of those are active; last the products
-- without owner.
select
  owner,
  count(*)::integer as products,
  (count(*) filter (where active))::integer as active
from prodimport.products
group by owner
order by owner nulls last
