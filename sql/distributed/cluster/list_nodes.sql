-- The nodes that are to hold products.
select nodename as host, nodeport as port
from pg_dist_node
where noderole = 'primary' and isactive and shouldhaveshards
order by host, port
