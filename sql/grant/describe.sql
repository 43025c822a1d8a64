-- Who owns the schema, by the table that every migration writes to, and what a role may do in it as
-- things are: null for nothing, or where there is no such role. $1 text: the role
select
  pg_get_userbyid(c.relowner) as owner,
  (select rolsuper from pg_roles where oid = c.relowner) as "isOwnedBySuperuser",
  pg_has_role(c.relowner, 'usage') as "mayGrant",
  r.oid is not null as "isThere",
  r.oid = c.relowner or r.rolsuper as "isOwnerItself",
  exists (
    select from pg_auth_members where roleid = c.relowner and member = r.oid
  ) as "isMember",
  has_database_privilege(r.oid, current_database(), 'connect') as "mayConnect",
  has_database_privilege(r.oid, current_database(), 'temporary') as "mayStage",
  case
    when pg_has_role(r.oid, c.relowner, 'usage') then 'owner'
    when has_table_privilege(r.oid, 'prodimport.purges', 'insert') then 'operator'
    when has_table_privilege(r.oid, 'prodimport.jobs', 'insert') then 'loader'
    when has_table_privilege(r.oid, c.oid, 'select') then 'viewer'
  end as level
from pg_class c
left join pg_roles r on r.rolname = $1::text
where c.oid = 'prodimport.migrations'::regclass
