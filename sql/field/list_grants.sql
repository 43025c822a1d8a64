-- Who may do what with the view of the catalogue, besides its owner; what a view that is made anew
-- has to be given again.
select
  a.privilege_type as privilege,
  case when a.grantee = 0 then null else pg_get_userbyid(a.grantee) end as role,
  a.is_grantable as grantable
from pg_class c
cross join aclexplode(c.relacl) a
where c.oid = 'prodimport.catalogue'::regclass
  and a.grantee <> c.relowner
