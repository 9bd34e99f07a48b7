"""What happens when many press at once, or something breaks."""
