-- How many staged rows were replaced, and how many are rejected for other rows of their SKU.
select
  (count(*) filter (where code is null))::integer as duplicates,
  (count(*) filter (where code is not null))::integer as rejected
from superseded
