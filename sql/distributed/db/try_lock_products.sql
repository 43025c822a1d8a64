-- The same as db/lock_products without waiting: whether the lock was free.
select
  pg_try_advisory_xact_lock(hashtext('prodimport.products'), 0) as locked,
  set_config('citus.max_intermediate_result_size', '-1', true)
