-- Citus takes unique indexes on other columns than the one it distributes by for unsafe. That on
-- lower(sku) is tied to it by a check, and ids all come from one sequence.
set local citus.allow_unsafe_constraints = on
