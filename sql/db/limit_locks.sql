-- Bounds how long each statement of this connection waits for a lock, unless the user or the server
-- have bounded it already. $1 text: such as 600000ms · $2 integer: the server process that we were
-- told of when we connected; behind a pooler it is another one, which must not keep our setting
select set_config('lock_timeout', $1, false)
where pg_backend_pid() = $2::integer and current_setting('lock_timeout') = '0'
