-- What an operator may besides: purge, manage endpoints and fields, and by the right to write purges,
-- which loads never do, change products by hand and undo the jobs of others.
grant insert on prodimport.purges to {{role}};
grant delete on prodimport.jobs, prodimport.rejects, prodimport.changes to {{role}};
grant insert, update (old, new) on prodimport.changes to {{role}};
grant insert, update, delete on prodimport.endpoints, prodimport.fields to {{role}};
grant execute on function prodimport.show_fields(), prodimport.index_field(text, boolean) to {{role}}
