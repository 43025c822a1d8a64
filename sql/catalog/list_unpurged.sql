-- A product that a purge was to delete and did not. $1 text: the owner; null for every product
select sku
from prodimport.products
where $1::text is null or owner = $1
limit 1
