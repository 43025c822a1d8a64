-- Since when a job is at its step, and how long that took the loads before it.

alter table prodimport.jobs
  add column step_since timestamptz,
  -- Milliseconds for as many rows; null where no earlier load tells.
  add column step_ms double precision;
