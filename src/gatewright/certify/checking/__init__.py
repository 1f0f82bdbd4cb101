"""What the independent checker is made of; nothing here imports anything else of ours."""
