-- What the server calls itself, such as 18.4.
select current_setting('server_version') as version
