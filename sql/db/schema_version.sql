-- The schema's version: the newest migration that was applied.
select coalesce(max(version), 0) as version
from prodimport.migrations
