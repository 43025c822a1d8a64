-- Waits until no other load, purge or undo changes the catalogue; held until the transaction ends.
select pg_advisory_xact_lock(hashtext('prodimport.products'), 0)
