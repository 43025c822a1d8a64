-- Makes the schema in which everything lives.
create schema if not exists {{schema}}
