-- Adds an endpoint. $1 text: URL; $2 text[]: events; $3 text: secret; $4 boolean: private allowed
insert into prodimport.endpoints (url, events, secret, allow_private)
values ($1, $2, $3, $4)
returning id
