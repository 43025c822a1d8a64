-- The SKUs of all products that were asked for; catalog/hold locks them, as Citus locks rows of one
-- shard at a time. $1 to $8: see catalog/listed.sql
select sku
from prodimport.products
where {{catalog/chosen}}
order by lower(sku)
