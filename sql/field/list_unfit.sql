-- Products whose value does not fit, with how many they are in all. $1 text: the key
-- $2 integer: at most so many
select p.sku, c.old #>> '{}' as value, c.error, count(*) over () as products
from prodimport.products p
join converted c on p.attributes -> $1 = c.old
where c.error is not null
order by lower(p.sku)
limit $2::integer
