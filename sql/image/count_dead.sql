-- How many images were given up, in this run or before.
select count(*)::integer as dead
from prodimport.images
where status = 'dead'
