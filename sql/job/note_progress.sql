-- Notes how far a job has come. $1 bigint: the job; $2 text: its phase; $3 bigint: rows read
-- $4 bigint: rows rejected; $5 bigint: bytes read; $6 text: the step of the merge, or null
-- $7 text: how it writes products. Gives how long a new step took the last five loads that wrote like
-- it, for as many rows: the median, as one of them may have waited.
update prodimport.jobs j
set
  phase = $2,
  rows_read = $3,
  rows_rejected = $4,
  bytes_read = $5,
  step = $6,
  step_since = case when j.step is distinct from $6 then clock_timestamp() else j.step_since end,
  step_ms = case when j.step is distinct from $6 or j.step_ms is null then (
    select $3::bigint * percentile_cont(0.5) within group (order by ms / read)
    from (
      select
        (e.result #>> array['phases', $6 || 'Ms'])::double precision as ms,
        e.rows_read as read
      from prodimport.jobs e
      where e.kind = 'load'
        and e.status like 'completed%'
        and e.result #>> '{phases,way}' = $7
      order by e.id desc
      limit 5
    ) earlier
    where ms is not null
      and read > 0
  ) else j.step_ms end
where j.id = $1
  and j.status = 'running'
returning step_ms as "stepMs"
