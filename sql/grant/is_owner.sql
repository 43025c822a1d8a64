-- Whether this transaction acts as the owner of the schema, by the table that every migration writes to.
select
  pg_get_userbyid(relowner) as owner, current_user as role,
  pg_get_userbyid(relowner) = current_user as "isOwner"
from pg_class
where oid = 'prodimport.migrations'::regclass
