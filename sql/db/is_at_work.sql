-- Whether the server still works on the statement that another connection of ours waits for, and
-- does not itself wait for that connection.
-- $1 integer: the server process of the other connection, as it was named when it connected
-- $2 integer: that of this one; $3 integer: milliseconds for which the other one was silent
select exists (
  select
  from pg_stat_activity
  where state not in ('idle', 'idle in transaction', 'idle in transaction (aborted)')
    and coalesce(wait_event, '') not in ('ClientRead', 'ClientWrite')
    and {{db/is_asked_after}}
) as at_work
