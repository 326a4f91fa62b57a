"""What people decide: open findings, reviews and corrections as records, and reports withheld from the marts."""
