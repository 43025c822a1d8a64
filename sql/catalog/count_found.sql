-- How many products a search finds by its index. $1 to $7: see catalog/listed.sql
-- $8 tsquery: see catalog/search_keys.sql
select count(*) as products
from (
  {{catalog/listed}}
    and {{catalog/search_document}} @@ $8::tsquery
) found
