-- How many recorded changes are old enough to be purged: those of loads that ended, or by hand, since.
-- $1 bigint: age in milliseconds
select count(*)::integer as changes
from prodimport.changes c
where {{job/is_old_change}}
