-- Ends the holding back of endpoints whose deliveries are retried by hand. $1 bigint[]: endpoints
update prodimport.endpoints
set held_until = null
where id = any ($1::bigint[])
  and held_until is not null
