-- Deletes the recorded changes that job/count_old_changes counts. $1 bigint: age in milliseconds
delete from prodimport.changes c
where {{job/is_old_change}}
