-- The staged rows that stand for their SKU; a part of others. load/reject_superseded has taken the
-- action of those that another one replaced.
select *
from staging
where action <> 'n'
