-- Deletes the products that a job inserted. $1 bigint: the job
delete from prodimport.products p
using prodimport.changes c
where c.job_id = $1::bigint and c.action = 'inserted' and p.id = c.product_id
