"""The only writers of calls, incidents, dispatches and feedbacks; one aggregate a module."""
