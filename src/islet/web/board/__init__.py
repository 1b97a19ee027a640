"""The board's page: a case is entered, the plan answers, a decision is filed."""
