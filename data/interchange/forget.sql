-- The views of load.sql go when the batch is loaded.

-- name: leaf
drop view batch_leaf;

-- name: adjustment
drop view batch_adjustment;

-- name: stated_figure
drop view batch_stated_figure;

-- name: budget_figure
drop view batch_budget_figure;

-- name: amount
drop view batch_amount;

-- name: narrative
drop view batch_narrative;
