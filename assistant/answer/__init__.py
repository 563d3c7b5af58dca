"""What is said: sentences chosen and put together, with their places."""
