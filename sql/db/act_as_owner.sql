-- Makes this transaction act as the owner of the schema's tables, where the user may and is another
-- one: what a migration adds then belongs to the same role as the rest, whoever runs it.
select set_config('role', pg_get_userbyid(relowner), true)
from pg_class
where oid = 'prodimport.migrations'::regclass
  and pg_get_userbyid(relowner) <> current_user
  and pg_has_role(relowner, 'member')
  and has_schema_privilege(relowner, relnamespace, 'create')
