-- Lets one migration run at a time; held by the session until db/unlock_migrations.
select pg_advisory_lock(hashtext('prodimport.migrations'), 0)
