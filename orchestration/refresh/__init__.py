"""One refresh: what has changed, the steps in order, the shape of the published file, the diff, the replacing."""
