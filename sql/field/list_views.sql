-- Views of others that stand on the view of the catalogue, which can't be made anew without them.
select distinct view.oid::regclass::text as name
from pg_depend d
join pg_rewrite r on r.oid = d.objid
join pg_class view on view.oid = r.ev_class
where d.classid = 'pg_rewrite'::regclass
  and d.refclassid = 'pg_class'::regclass
  and d.refobjid = 'prodimport.catalogue'::regclass
  and view.oid <> d.refobjid
order by name
