-- Waits until no load, purge or undo changes the catalogue, and lets none begin; shared with others
-- who change single products; held until the transaction ends.
select pg_advisory_xact_lock_shared(hashtext('prodimport.products'), 0)
