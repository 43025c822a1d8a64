-- How many products a list has on all its pages. $1 to $8: see catalog/listed.sql
select count(*) as products
from (
  {{catalog/listed}}
) listed
