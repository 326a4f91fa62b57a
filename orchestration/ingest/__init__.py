"""From the landing zone to the rows of the raw tables: which files there are, who reads them, what is stored."""
