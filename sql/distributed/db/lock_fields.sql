-- Waits until nobody relies on the fields of one's own any more; held until the transaction ends, in
-- which each node is asked over one connection: or Citus would refuse to make the view anew.
select
  pg_advisory_xact_lock(hashtext('prodimport.fields'), 0),
  set_config('citus.multi_shard_modify_mode', 'sequential', true)
