-- The same without waiting: whether the lock was free.
select pg_try_advisory_xact_lock(hashtext('prodimport.products'), 0) as locked
