-- How many products a search finds by its index. $1 to $8: see catalog/listed.sql
-- $9 tsquery: see catalog/search_keys.sql
select count(*) as products
from (
  {{catalog/listed}}
    and {{catalog/search_document}} @@ $9::tsquery
) found
