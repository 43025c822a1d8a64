-- Has every session look at the indexes of fields anew: one that knows them from before keeps in mind
-- how their functions read values then, and would not find conditions in them that read it as now.
do $known$
declare
  field_index regclass;
begin
  for field_index in
    select indexrelid
    from pg_index
    where indrelid = 'prodimport.products'::regclass
      and indexprs is not null
      and pg_get_indexdef(indexrelid) ~ 'field_(number|date)[(]'
  loop
    -- It changes nothing, and is told to all.
    execute format('alter index %s reset (fillfactor)', field_index);
  end loop;
end
$known$;
