-- The version of the extension that spreads tables over nodes; no row where it is not there.
select extversion as version from pg_extension where extname = 'citus'
