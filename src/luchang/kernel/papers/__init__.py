"""Paper 文书: a placed document as PDF and Word, and the editable texts papers are made from."""
