-- What a loader needs on a cluster, where rows are staged in a table of its own: Citus spreads no
-- temporary ones.
grant create on schema {{schema}} to {{role}}
