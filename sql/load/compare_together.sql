-- Lets several processes of the server compare, as many as it is set to.
set local max_parallel_workers_per_gather to default
