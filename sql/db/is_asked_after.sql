-- Whether a process is the one that another connection of ours waits for; a part of others. Behind a
-- pooler, whose numbers of processes mean nothing, a statement of ours counts that has been running
-- for as long. $1 to $3: see db/is_at_work.sql
case
  when pg_backend_pid() = $2::integer then pid = $1::integer
  else
    pid <> pg_backend_pid()
    and application_name = current_setting('application_name')
    and query_start < clock_timestamp() - ($3::integer / 2) * interval '1 millisecond'
end
