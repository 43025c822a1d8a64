-- The rows that only the database could reject.
select row_number, line, column_name, value, code, sku, stored_owner
from late_rejects
order by row_number
