"""What runs by itself and what becomes of it: schedules, retries, the journal of runs, logs, status, notices."""
