-- How many products a purge would delete. $1 text: the owner; null for every product
select count(*)::integer as products
from prodimport.products
where $1::text is null or owner = $1
