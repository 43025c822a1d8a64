-- What the products of a first load have as the time they were created and changed.
select date_trunc('milliseconds', statement_timestamp())::text as moment
