-- Waits until nobody changes the fields of one's own, and lets nobody begin; shared with others who
-- rely on them; held until the transaction ends.
select pg_advisory_xact_lock_shared(hashtext('prodimport.fields'), 0)
