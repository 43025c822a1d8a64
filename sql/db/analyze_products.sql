-- Tells the planner how the products are distributed, so that it knows rare words and values from
-- common ones
analyze prodimport.products
