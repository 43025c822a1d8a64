-- Lets the next migration run.
select pg_advisory_unlock(hashtext('prodimport.migrations'), 0)
