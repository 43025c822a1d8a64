-- A page of the rows that only the database could reject.
-- $1 integer: the row before the page · $2 integer: how many rows
select row_number, line, column_name, value, code
from late_rejects
where row_number > $1
order by row_number
limit $2
