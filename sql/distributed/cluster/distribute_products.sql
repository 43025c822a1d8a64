-- Moves products into shards on the nodes. $1 integer: how many; null for the cluster's own setting
select create_distributed_table(
  'prodimport.products', 'sku_key', colocate_with => 'none',
  shard_count => coalesce($1::integer, current_setting('citus.shard_count')::integer))
