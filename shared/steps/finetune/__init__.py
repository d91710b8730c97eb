"""The steps that follow a fine-tune job."""
