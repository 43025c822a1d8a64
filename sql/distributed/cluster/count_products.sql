-- How many products and shards each node has; `products` is null where it does not answer.
select
  n.nodename as host,
  n.nodeport as port,
  count(r.shardid)::integer as shards,
  case when bool_and(r.success) then sum(case when r.success then r.result::bigint end)::integer
    when count(r.shardid) = 0 then 0 end as products
from pg_dist_node n
left join pg_dist_placement p on p.groupid = n.groupid
left join run_command_on_shards('prodimport.products', 'select count(*) from %s') r
  on r.shardid = p.shardid
where n.noderole = 'primary'
group by n.nodename, n.nodeport, n.groupid
order by n.groupid
