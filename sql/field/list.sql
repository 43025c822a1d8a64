-- The fields of one's own, in the order in which they were added.
select
  name, label, type, required, min, max, choices, decimal, aliases, is_indexed as "isIndexed"
from prodimport.fields
order by id
