-- Deactivates the covered products that the file does not name, and remembers that this job did.
-- $1 text: the owner, or null; $2 bigint: the job
with deactivated as (
  update prodimport.products p
  set
    active = false,
    deactivated_by = $2::bigint,
    job_id = $2,
    updated_at = date_trunc('milliseconds', statement_timestamp())
  where p.active
    and (p.owner = $1::text or $1 is null and p.owner is null)
    and not {{load/is_named}}
  returning 1
)
select count(*)::integer as products from deactivated
