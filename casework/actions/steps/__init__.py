"""What several acts have in common; each step runs inside the transaction of an act."""
