-- Has the planner go through the index of a condition, whatever it knows of the values: after a first
-- load it knows nothing, and would read every product. Until the transaction ends.
select set_config('enable_seqscan', 'off', true)
