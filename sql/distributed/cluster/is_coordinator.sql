-- Whether this node is the one that plans for all of the cluster.
select citus_is_coordinator() as coordinator
