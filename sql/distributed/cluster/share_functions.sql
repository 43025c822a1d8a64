-- Makes what reads a field known to every node, where conditions, orders and indexes of shards call it:
-- our immutable functions. Citus does so by itself for those that are made once the cluster is there.
select create_distributed_function(p.oid::regprocedure)
from pg_proc p
where p.pronamespace = 'prodimport'::regnamespace
  and p.provolatile = 'i'
