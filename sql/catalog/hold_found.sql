-- The SKUs of all products that were asked for, each kept as it is until the transaction ends; locked
-- in the order of catalog/hold. $1 to $8: see catalog/listed.sql
select sku
from prodimport.products
where {{catalog/chosen}}
order by lower(sku)
for update
