-- Has the planner go through the index of a condition, whatever it knows of the values: after a first
-- load it knows nothing, and would read every product. Several indexes together leave fewer to look
-- at than one read in its order. Until the transaction ends.
select
  set_config('enable_seqscan', 'off', true),
  set_config('enable_indexscan', 'off', true)
