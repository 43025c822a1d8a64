-- How each node sorts and folds letters: its settings, and what its lower() makes of every character
-- beyond ASCII, and of letters that depend on their neighbours; null where it does not answer.
select n.nodename as host, n.nodeport as port, case when r.success then r.result end as locale
from run_command_on_all_nodes($command$
  select concat_ws(' ',
    pg_encoding_to_char(d.encoding),
    'collate ' || d.datcollate,
    'ctype ' || d.datctype,
    'provider ' || (to_jsonb(d) ->> 'datlocprovider'),
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
    'lower() ' || md5(lower('ABCDEFGHIJKLMNOPQRSTUVWXYZ' || case
      when pg_encoding_to_char(d.encoding) <> 'UTF8' then ''
      else U&'\0391\03A3 \0391\03A3\0391 ' || (
        select string_agg(chr(i), '' order by i)
        from generate_series(128, 131071) i
        where i not between 55296 and 57343) end)))
  from pg_database d
  where d.datname = current_database()
$command$) r
join pg_dist_node n on n.nodeid = r.nodeid
order by n.groupid
