"""The pages of the three administrators: organisations, people, roles, posts, sessions, keys."""
