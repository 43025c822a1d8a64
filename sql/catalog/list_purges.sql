-- The purges of products, the oldest first
select
  purged_at as at, scope ->> 'owner' as owner, purged_by as by, database_role as "databaseRole"
from prodimport.purges
order by purged_at
