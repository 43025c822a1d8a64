-- Deletes what arrived long ago; ids begin with the time in microseconds. Dead ones stay.
-- $1 integer: days
delete from prodimport.deliveries
where status = 'delivered'
  and id < 'msg_' || lpad(
    to_hex((extract(epoch from now() - $1::integer * interval '1 day') * 1000000)::bigint), 14, '0'
  )
