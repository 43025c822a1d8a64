-- Lets the planner see how many rejects there are, unless somebody else is at it.
analyze (skip_locked) prodimport.rejects (job_id, row_number, ordinal)
