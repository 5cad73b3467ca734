"""Problems for the planner, taken from the rooms below as they stand: one module for each kind."""
