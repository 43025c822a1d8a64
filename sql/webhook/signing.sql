-- Where and with what an endpoint is signed for, for a test event. $1 bigint: endpoint
select
  id, url, allow_private, secret,
  case when old_secret_until > now() then old_secret end as old_secret
from prodimport.endpoints
where id = $1
