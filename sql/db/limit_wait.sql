-- Bounds how long this transaction waits for a lock. $1 text: such as 600000ms; 0 for no bound
select set_config('lock_timeout', $1, true)
