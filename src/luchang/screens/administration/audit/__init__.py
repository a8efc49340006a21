"""The auditor's pages: the log, the trail of one record, the seals."""
