-- What has become of one delivery. $1 text: delivery
select status
from prodimport.deliveries
where id = $1
