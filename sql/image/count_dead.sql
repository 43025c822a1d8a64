-- How many images were given up, in this run or before. $1 text: the store
select count(*)::integer as dead
from prodimport.images
where store = $1::text
  and status = 'dead'
