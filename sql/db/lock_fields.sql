-- Waits until nobody relies on the fields of one's own any more; held until the transaction ends.
select pg_advisory_xact_lock(hashtext('prodimport.fields'), 0)
