"""What is asked: its kind, its time, its filter, its follow-up."""
