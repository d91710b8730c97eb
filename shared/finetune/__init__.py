"""Fine-tuning as data: the job, its state machine, what to do next and what an answer means. No I/O."""
