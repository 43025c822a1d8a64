-- Sets for a whole connection what db/begin sets for a transaction, and bounds how long each statement
-- waits for a lock, unless the user or the server has bounded it. Gives no row behind a pooler, and sets
-- nothing there: the server process is another one than was named to us, and serves others as well.
-- All is qualified, as nothing keeps the functions of others from being found before it.
-- $1 integer: the server process that was named to us; $2 text: such as 600000ms
select
  pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false),
  pg_catalog.set_config('datestyle', 'ISO, YMD', false),
  pg_catalog.set_config('standard_conforming_strings', 'on', false),
  pg_catalog.set_config('array_nulls', 'on', false),
  pg_catalog.set_config('default_transaction_isolation', 'read committed', false),
  case when pg_catalog.current_setting('lock_timeout') operator(pg_catalog.=) '0'
    then pg_catalog.set_config('lock_timeout', $2::pg_catalog.text, false) end
where pg_catalog.pg_backend_pid() operator(pg_catalog.=) $1::pg_catalog.int4
