-- Whether the server still works on the statement that another connection of ours waits for. While
-- Citus waits for the nodes it says that it reads from its client: what is active counts as work.
-- $1 integer: the server process of the other connection, as it was told when it connected
-- $2 integer: that of this one · $3 integer: milliseconds for which the other one was silent
select exists (
  select
  from pg_stat_activity
  where state not in ('idle', 'idle in transaction', 'idle in transaction (aborted)')
    and case
      when pg_backend_pid() = $2::integer then pid = $1::integer
      else
        pid <> pg_backend_pid()
        and application_name = current_setting('application_name')
        and query_start < clock_timestamp() - ($3::integer / 2) * interval '1 millisecond'
    end
) as at_work
