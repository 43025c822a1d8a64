-- An endpoint answered well: it is no longer failing. Writes only where that is news.
-- $1 bigint: endpoint
update prodimport.endpoints
set failing_since = null, silences = 0, held_until = null
where id = $1
  and (failing_since is not null or silences > 0)
