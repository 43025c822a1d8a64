-- The roles that were granted a level, which what a migration adds has to be granted, too.
select pg_get_userbyid(a.grantee) as role, max(
  case c.oid
    when 'prodimport.purges'::regclass then 3
    when 'prodimport.jobs'::regclass then 2
    else 1 end) as level
from pg_class c
cross join aclexplode(c.relacl) a
where (c.oid, a.privilege_type) in (
    ('prodimport.migrations'::regclass, 'SELECT'),
    ('prodimport.jobs'::regclass, 'INSERT'),
    ('prodimport.purges'::regclass, 'INSERT'))
  and a.grantee <> 0
  and a.grantee <> c.relowner
group by a.grantee
having bool_or(c.oid = 'prodimport.migrations'::regclass)
order by role
