"""What was measured, in the formats of other tools: one file per consumer."""
