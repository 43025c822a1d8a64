-- Waits until no load, purge or undo changes the catalogue, and lets none begin; shared with others
-- who change single products; held until the transaction ends. For the size see db/lock_products.
select
  pg_advisory_xact_lock_shared(hashtext('prodimport.products'), 0),
  set_config('citus.max_intermediate_result_size', '-1', true)
