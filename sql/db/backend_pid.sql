-- The server process of this connection.
select pg_backend_pid() as pid
