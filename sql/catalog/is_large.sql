-- Whether so many products are stored that a search without its index is felt. $1: how many
select count(*) = $1 as is_large
from (select 1 from prodimport.products limit $1) known
