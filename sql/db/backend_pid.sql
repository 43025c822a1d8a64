-- The server process behind this connection.
select pg_backend_pid() as pid
