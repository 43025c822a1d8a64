-- The same as load/insert_all in key order, in which indexes are kept up fastest.
-- $1 ... $3: see there
{{load/insert_all}}
order by sku_key
